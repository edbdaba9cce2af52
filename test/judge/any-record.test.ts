import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { inventory } from '../../harness/domains/inventory/index.ts';
import { UserError } from '../../harness/errors.ts';
import { scenarioSha256 } from '../../harness/history/parts.ts';
import { readDrillRecord } from '../../harness/history/read-drill-record.ts';
import { judge } from '../../harness/judge/judge.ts';
import { consumerLag, decided, decisionLatency } from '../../harness/judge/objectives/index.ts';
import { terminalText } from '../../harness/report/terminal.ts';
import { writeReports, writeRun } from '../../harness/report/write-reports.ts';
import { aHistory } from './a-history.ts';

type Path = readonly (string | number)[];
type Place = Record<string | number, unknown>;
const isPlace = (value: unknown): value is Place => typeof value === 'object' && value !== null;

/** Every place in a value, including nested ones. */
const pathsOf = (value: unknown, path: Path = []): Path[] =>
  isPlace(value)
    ? Object.entries(value).flatMap(([name, inner]) => [[...path, name], ...pathsOf(inner, [...path, name])])
    : [];

function put(value: unknown, path: Path, inner: unknown): void {
  const place = path.slice(0, -1).reduce<unknown>((at, step) => (at as Place)[step], value) as Place;
  const last = path.at(-1) as string | number;
  if (inner === undefined) delete place[last];
  else place[last] = inner;
}

/** Values of every type, including edge cases. */
const anything = fc.oneof(
  fc.constantFrom(undefined, null, true, -1, 0, 0.5, 1.5, 1e300, 9e15, 2 ** 60, '', 'x', '5', '5s', '99.9%', [], {}),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Result of `toofan judge`: `judged`, the exit code of a refusal, or the message of our own bug. */
async function outcome(folder: string): Promise<string> {
  try {
    const run = { record: await readDrillRecord(folder), judgement: await judge(folder, inventory) };
    await writeReports(folder, [run]);
    await writeRun(folder, run);
    terminalText([run], {
      colour: false,
      width: 80,
      reportPath: 'report.html',
      exitCode: 0,
      tookMs: 1,
      isAborted: false,
    });
    return 'judged';
  } catch (error) {
    return error instanceof UserError ? String(error.exitCode) : String(error);
  }
}

test('whatever stands in a record, it is judged or refused as bad input', { timeout: 120_000 }, async () => {
  const folder = await aHistory({
    opening: { p: 9 },
    invariants: inventory.invariants.map(({ name }) => name),
    objectives: [
      decisionLatency({ quantile: 0.5, below: '1s', during: 'steady' }),
      consumerLag({ below: '2s' }),
      decided({ atLeast: 0.9 }),
    ],
    shelf: { p: 9 },
    audits: ['books'],
    faults: [{ name: 'worker-crash', commandedAt: 1, verified: true, healed: true, detail: '' }],
    ops: Array.from({ length: 5 }, (_, op) => ({ op, at: op, answers: [['confirmed', op + 5]] as const })),
  });
  const file = join(folder, 'drill.json');
  const text = await readFile(file, 'utf8');
  const paths = pathsOf(JSON.parse(text)).filter(([first]) => first !== 'parts');
  try {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), anything, async (path, value) => {
        const record = JSON.parse(text) as Record<string, unknown>;
        put(record, path, value);
        if (isPlace(record['scenario'])) record['scenarioSha256'] = scenarioSha256(record['scenario']);
        await writeFile(file, JSON.stringify(record));
        expect(await outcome(folder)).toMatch(/^(judged|65)$/);
      }),
      { numRuns: 150 },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
