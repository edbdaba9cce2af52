import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { sealHistory } from '../../harness/history/parts.ts';
import { readDrillRecord } from '../../harness/history/read-drill-record.ts';
import type { Row } from '../../harness/history/schema.ts';
import { judge } from '../../harness/judge/judge.ts';
import { requestsFailed } from '../../harness/judge/objectives/index.ts';
import { aHistory, micros, type SmallHistory, type SmallOp } from './a-history.ts';
import { domains } from './judged.ts';
import { tamperedHistory } from './random-history.ts';
import { tamperedKyc } from './random-kyc.ts';
import { tamperedWallet } from './random-wallet.ts';

/** The same rows in another order, in twice as many parts, as other threads and shards would leave them. */
async function shuffle(folder: string, suffix = '-1'): Promise<void> {
  const { parts: _parts, scenarioSha256: _sha256, ...drill } = await readDrillRecord(folder);
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.parquet'))) {
    const path = join(folder, file);
    await connection.run(`
      CREATE OR REPLACE TABLE rows AS SELECT *, row_number() OVER () % 2 AS half FROM '${path}';
      COPY (SELECT * EXCLUDE half FROM rows WHERE half = 1 ORDER BY random()) TO '${path}' (FORMAT parquet);
      COPY (SELECT * EXCLUDE half FROM rows WHERE half = 0 ORDER BY random())
        TO '${path.replace('.parquet', `${suffix}.parquet`)}' (FORMAT parquet)`);
  }
  connection.closeSync();
  instance.closeSync();
  await sealHistory(folder, drill);
}

const tampered: fc.Arbitrary<SmallHistory> = fc.oneof(tamperedHistory, tamperedWallet, tamperedKyc);

test(
  'gives the same figures to the last example, in whatever order its rows are read',
  { timeout: 300_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(tampered, async (small) => {
        const domain = domains[small.domain ?? 'inventory'];
        const invariants = domain.invariants.map(({ name }) => name);
        const folder = await aHistory({ ...small, invariants });
        try {
          const { judgeMs: _first, ...once } = await judge(folder, domain);
          await shuffle(folder);
          const { judgeMs: _second, ...again } = await judge(folder, domain);
          expect(again).toEqual(once);
        } finally {
          await rm(folder, { recursive: true });
        }
      }),
      { numRuns: 12 },
    );
  },
);

const phantom = (key: string, answer: string, offset: number) => ({
  op: 99,
  key,
  answer,
  decided_at: micros(5),
  partition: 0,
  offset,
});
const audit = (at: number, value: number): Row<'samples'> => ({
  at: micros(at),
  began_at: micros(at),
  probe: 'audit',
  subject: 'books',
  value,
  unit: 'paise',
});
test.each<[title: string, small: SmallHistory]>([
  [
    'answers of one moment to what nobody asked',
    { decisions: [phantom('b', 'sold_out', 1), phantom('a', 'confirmed', 2), phantom('c', 'shed', 3)] },
  ],
  [
    'failures as often as one another',
    {
      objectives: [requestsFailed({ below: 0.1, minimumEvidence: 1 })],
      requests: ['reset', 'timeout', 'refused', 'eof'].map((error) => ({ status: 0, error, answered_at: null })),
    },
  ],
  [
    'books that are off by as much either way',
    { domain: 'wallet', audits: ['books'], samples: [audit(1, 5), audit(2, -5), audit(3, 5), audit(4, -5)] },
  ],
])('of %s it tells the same each time', async (_title, small) => {
  const domain = domains[small.domain ?? 'inventory'];
  const ops: readonly SmallOp[] = [
    { op: 1, at: 0, answers: [[small.domain === 'wallet' ? 'success' : 'confirmed', 3]] },
  ];
  const folder = await aHistory({
    opening: { p: 9 },
    ops,
    invariants: domain.invariants.map(({ name }) => name),
    ...small,
  });
  try {
    const { judgeMs: _first, ...once } = await judge(folder, domain);
    for (let time = 0; time < 4; time += 1) {
      await shuffle(folder, `-${time + 1}`);
      const { judgeMs: _again, ...again } = await judge(folder, domain);
      expect(again).toEqual(once);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
