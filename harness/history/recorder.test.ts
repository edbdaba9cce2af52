import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { columnsOf, nullCode, openRecorder } from './recorder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toofan-recorder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function rowsOf(sql: string) {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(sql);
  const rows = reader.getRowObjectsJson();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

test('gives rows back as they were written, nulls and quotes included', async () => {
  {
    await using recorder = await openRecorder(folder, 'drill');
    await recorder.append('events', [
      { at: 1_700_000_000_000_001, kind: 'fault', name: "worker's crash", stage: 'commanded', detail: '' },
      { at: 2, kind: 'phase', name: 'समय', stage: null, detail: null },
    ]);
  }
  expect(await rowsOf(`FROM '${folder}/events-*.parquet'`)).toEqual([
    { at: '1700000000000001', kind: 'fault', name: "worker's crash", stage: 'commanded', detail: '' },
    { at: '2', kind: 'phase', name: 'समय', stage: null, detail: null },
  ]);
});

test('a table without rows leaves one empty part and no other file', async () => {
  {
    await using recorder = await openRecorder(folder, 'generator-0');
    await recorder.append('answers', []);
  }
  expect(await readdir(folder)).toEqual(['answers-generator-0.parquet']);
  expect(await rowsOf(`SELECT count(*) AS n FROM '${folder}/answers-*.parquet'`)).toEqual([{ n: '0' }]);
});

test('writes several parts and loses no row, by rows without awaiting and by columns', async () => {
  const count = 300_000;
  {
    await using recorder = await openRecorder(folder, 'g-0');
    const samples: Promise<void>[] = [];
    for (let at = 0; at < count; at += 1) {
      samples.push(
        recorder.append('samples', [{ at, began_at: at, probe: 'shelf', subject: null, value: 0.5, unit: 'units' }]),
      );
    }
    const appends = await recorder.columnar('appends');
    const columns = columnsOf('appends', 1_000);
    const topic = appends.code('order-events');
    for (let from = 0; from < count; from += 1_000) {
      for (let row = 0; row < 1_000; row += 1) {
        columns.op[row] = from + row;
        columns.attempt[row] = row % 2 === 0 ? 1 : nullCode;
        columns.topic[row] = topic;
        columns.partition[row] = 3;
        columns.offset[row] = from + row;
        columns.appended_at[row] = Number.NaN;
      }
      await appends.append(columns, 1_000);
    }
    await Promise.all(samples);
  }
  expect((await readdir(folder)).length).toBe(6);
  expect(await rowsOf(`SELECT count(*) n, sum("at") s FROM '${folder}/samples-*.parquet'`)).toEqual([
    { n: `${count}`, s: `${(count * (count - 1)) / 2}` },
  ]);
  expect(
    await rowsOf(
      `SELECT count(DISTINCT op) n, count(attempt) a, min(topic) t, count(appended_at) c FROM '${folder}/appends-*.parquet'`,
    ),
  ).toEqual([{ n: `${count}`, a: `${count / 2}`, t: 'order-events', c: '0' }]);
});

test('refuses to write one table both ways, and a part whose name would leave the folder', async () => {
  await using recorder = await openRecorder(folder, 'x');
  await recorder.append('events', []);
  await expect(recorder.columnar('events')).rejects.toThrow('already written by rows');
  await expect(openRecorder(folder, '../x')).rejects.toThrow('not the name of a part');
});

test('takes what a column holds whole, and stops at what it would change', async () => {
  const effect = { op: 1, leg: 'debit', store: 'main', key: 'u1', amount_paise: null, version: 1, committed_at: 1 };
  const deltas = [-3_000_000_000, 2_000_000_000_00, Number.MAX_SAFE_INTEGER];
  {
    await using recorder = await openRecorder(folder, 'x');
    await recorder.append(
      'effects',
      deltas.map((delta) => ({ ...effect, delta })),
    );
  }
  expect(await rowsOf(`SELECT delta FROM '${folder}/effects-x.parquet'`)).toEqual(
    deltas.map((delta) => ({ delta: `${delta}` })),
  );
  await using recorder = await openRecorder(folder, 'y');
  expect(() => recorder.append('effects', [{ ...effect, delta: 12.5 }])).toThrow('effects.delta is BIGINT; 12.5');
  expect(() => recorder.append('effects', [{ ...effect, delta: 1, op: 2 ** 60 }])).toThrow(
    'effects.op is BIGINT; 1152',
  );
  expect(() => recorder.append('answers', [{ op: 1, attempt: 3e9, answer: '', answered_at: 1, channel: '' }])).toThrow(
    'answers.attempt is INTEGER; 3000000000 does not fit',
  );
});
