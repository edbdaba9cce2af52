/** The queries of docs/HISTORY.md work, on a small history. */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { plainRow } from '../../harness/history/plain-row.ts';
import { codeBlocks } from '../docs/code-blocks.ts';
import { aHistory, micros } from './a-history.ts';
import { order } from './judging.ts';

const queries = codeBlocks(resolve(import.meta.dirname, '../../docs/HISTORY.md'))
  .filter(({ language }) => language === 'sql')
  .map(({ text }) => text);

const key = 'product-00027';
const small = {
  opening: { [key]: 5 },
  ops: [
    order(1, 0, 'confirmed', 5, { key, quantity: 2 }),
    order(2, 0, undefined, 0, { key }),
    order(3, 10, 'confirmed', 15, { key, answers: [['confirmed', 15], ['confirmed', 40]] }), // prettier-ignore
  ],
  samples: [
    { at: micros(0), began_at: null, probe: 'lag', subject: 'g', value: 4, unit: 'messages' },
    { at: micros(100), began_at: null, probe: 'lag', subject: 'g', value: 7, unit: 'messages' },
  ],
  events: [
    { at: micros(0), kind: 'phase', name: 'steady', stage: 'commanded', detail: '' },
    { at: micros(1_500), kind: 'fault', name: 'worker-crash', stage: 'verified', detail: 'gone' },
  ],
};

test('every query of the page', async () => {
  const folder = await aHistory(small);
  const connection = await (await DuckDBInstance.create()).connect();
  try {
    const [views = '', ...asked] = queries;
    for (const view of views.split(';\n').filter(Boolean))
      await connection.run(view.replace("'history/", `'${join(folder, '/')}`));
    const found = [];
    for (const sql of asked) {
      const reader = await connection.runAndReadAll(sql);
      found.push(reader.getRowObjects().map((row) => plainRow(row)));
    }
    const moment = expect.anything() as unknown;
    expect(found).toEqual([
      [{ phase: 'steady', operations: 3, p50_ms: 5, p99_ms: 5, undecided: 1 }],
      [{ kind: 'order', answer: 'confirmed', mode: 'full', n: 3 }],
      [
        { moment, op: 1, delta: -2, remaining: expect.anything() as unknown },
        { moment, op: 3, delta: -1, remaining: expect.anything() as unknown },
      ],
      [{ op: 2, kind: 'order', key, appended: moment }],
      [{ op: 3, answers: ['confirmed', 'confirmed'], apart_ms: 25 }],
      [{ second: micros(0) / 1e6, subject: 'g', messages: 7 }],
      [
        { second: 0, kind: 'phase', name: 'steady', stage: 'commanded', detail: '' },
        { second: 1.5, kind: 'fault', name: 'worker-crash', stage: 'verified', detail: 'gone' },
      ],
    ]);
    expect(found[2]?.map(({ remaining }) => String(remaining))).toEqual(['3', '2']);
  } finally {
    connection.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
});
