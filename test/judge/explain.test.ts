import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from 'vitest';
import { inventory } from '../../harness/domains/inventory/index.ts';
import { aboutOf, lifeOf, type LifeMoment, pastedLife } from '../../harness/explain/life.ts';
import { subjectNamed } from '../../harness/explain/subject.ts';
import { sqlFiles } from '../../harness/history/parquet-files.ts';
import { plainRow } from '../../harness/history/plain-row.ts';
import { type History, openHistory } from '../../harness/history/reader.ts';
import { judge } from '../../harness/judge/judge.ts';
import { exampleLives } from '../../harness/report/example-lives.ts';
import { aHistory, micros, type SmallHistory } from './a-history.ts';
import { domains } from './judged.ts';
import { order } from './judging.ts';

async function inHistory<Result>(
  small: SmallHistory,
  look: (history: History, folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await aHistory(small);
  try {
    await using history = await openHistory(folder);
    return await look(history, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const told = async (small: SmallHistory, subject: string): Promise<readonly LifeMoment[]> =>
  inHistory(small, async (history) => {
    const named = await subjectNamed(history, subject);
    return (await lifeOf(history, domains[small.domain ?? 'inventory'], named)).moments;
  });

const twoOrders = (version: number | null): SmallHistory => ({
  opening: { p: 3 },
  ops: [
    order(1, 0, 'confirmed', 5, { legs: [{ delta: -1, version }] }),
    order(2, 0, 'confirmed', 5, { legs: [{ delta: -1, version: 1 }] }),
  ],
});

const leftByEffects = async (version: number | null) =>
  (await told(twoOrders(version), 'p'))
    .filter(({ event }) => event === 'effect')
    .map(({ op, remaining }) => [op, remaining]);

/** ms from the start, event, op, detail, change, remaining. */
const short = (moments: readonly LifeMoment[]) =>
  moments.map(({ at, event, op, detail, change, remaining }) => [
    at === null ? null : (at - micros(0)) / 1_000,
    event,
    op,
    detail,
    change,
    remaining,
  ]);

const shop: SmallHistory = {
  opening: { p: 3, q: 1 },
  ops: [
    order(7, 0, 'confirmed', 5, { quantity: 2 }),
    { op: 8, kind: 'cancellation', of: 7, at: 10, quantity: 2, answers: [['cancelled', 15]] },
    order(9, 20, 'sold_out', 25, { key: 'q' }),
  ],
};

describe('the life of a key', () => {
  test('is all that concerns it in order, with what was there at each moment', async () => {
    expect(short(await told(shop, 'p'))).toEqual([
      [null, 'opening', null, 'in main', null, 3],
      [0, 'sent', 7, '', null, 3],
      [0, 'appended', 7, 'order-events 0@0', null, 3],
      [5, 'effect', 7, 'stock in main, version 1', -2, 1],
      [5, 'decided', 7, 'confirmed', null, 1],
      [10, 'sent', 8, 'of op 7', null, 1],
      [10, 'appended', 8, 'cancellation-events 10@0', null, 1],
      [15, 'effect', 8, 'stock in main, version 2', 2, 3],
      [15, 'decided', 8, 'cancelled', null, 3],
      [null, 'closing', null, 'in main', null, 3],
    ]);
  });

  test('says what was shown beside what was there, and what visitors were told', async () => {
    const moments = await told(
      {
        opening: { p: 3 },
        shelf: { p: 2 },
        ops: [{ op: 1, at: 0, told: [[1, 'confirmed', 9]], answers: [['confirmed', 5]] }],
      },
      'p',
    );
    expect(short(moments).slice(-3)).toEqual([
      [9, 'told', 1, 'confirmed over http', null, 2],
      [null, 'closing', null, 'in main', null, 2],
      [null, 'closing', null, 'shown by shelf', null, 2],
    ]);
  });

  test('goes by the versions of its effects; where one has none, nobody knows what it left', async () => {
    expect(await leftByEffects(2)).toEqual([
      [2, 2],
      [1, 1],
    ]);
    expect((await leftByEffects(null)).map(([, remaining]) => remaining)).toEqual([null, null]);
  });

  test('without an opening balance nobody knows what was there', async () => {
    const moments = await told({ ops: [order(1, 0, 'confirmed', 5)] }, 'p');
    expect(moments.map(({ remaining }) => remaining)).toEqual([null, null, null, null]);
  });

  test('holds what another operation answered under its key', async () => {
    const moments = await told(
      { opening: { p: 3, q: 1 }, ops: [{ ...order(1, 0, 'confirmed', 5), toldUnder: 'q' }] },
      'q',
    );
    expect(moments.map(({ event, detail }) => `${event} ${detail}`)).toContain('decided confirmed, under the key q');
  });
});

describe('the life of an operation', () => {
  test('holds those that it is about and that are about it, and no others', async () => {
    for (const op of ['7', '8'])
      expect(new Set((await told(shop, op)).map((one) => one.op))).toEqual(new Set([null, 7, 8]));
    expect((await told(shop, '9')).map(({ event }) => event)).toEqual([
      'opening',
      'sent',
      'appended',
      'decided',
      'closing',
    ]);
  });

  test('tells both sides of a payment', async () => {
    const moments = await told(
      { domain: 'wallet', opening: { u1: 500, m1: 0 }, ops: [{ op: 1, at: 0, paise: 400, answers: [['success', 3]] }] },
      '1',
    );
    expect(
      moments.filter(({ event }) => event === 'effect').map(({ key, change, remaining }) => [key, change, remaining]),
    ).toEqual([
      ['u1', -400, 100],
      ['m1', 400, 400],
    ]);
    expect(moments.find(({ event }) => event === 'sent')).toMatchObject({
      kind: 'payment',
      asked: 400,
      detail: 'u1 / m1',
    });
  });

  test('of a business that measures nothing has no amounts', async () => {
    const moments = await told({ domain: 'kyc', ops: [{ op: 1, at: 0, answers: [['approved', 3]] }] }, '1');
    expect(moments.map(({ event, asked, remaining }) => [event, asked, remaining])).toEqual([
      ['sent', null, null],
      ['appended', null, null],
      ['decided', null, null],
    ]);
  });

  test('that the generator never handed over is planned, not sent', async () => {
    const [, planned] = await told(
      { opening: { p: 1 }, ops: [{ op: 1, at: 0, unstamped: true, absent: true, outcome: 'failed' }] },
      '1',
    );
    expect(planned).toMatchObject({ event: 'planned', detail: 'failed' });
  });
});

describe('what is named', () => {
  test.each([
    ['6', 'op 6 was never sent in this drill; the nearest: 7'],
    ['99', 'op 99 was never sent in this drill; the nearest: 9'],
    ['pp', "unknown key 'pp'. Did you mean 'p'?"],
    ["it's", "unknown key 'it's'. Did you mean 'p'?"],
    ['99999999999999999999', "unknown key '99999999999999999999'. Did you mean 'p'?"],
    ['', 'explain: the key is empty; give a key, or the number of an operation'],
  ])('%j is refused with the nearest', async (text, message) => {
    await expect(inHistory(shop, (history) => subjectNamed(history, text))).rejects.toMatchObject({
      exitCode: 64,
      message,
    });
  });

  test('is an operation before it is a key', async () => {
    const small = { opening: { '1': 3, '2': 3 }, ops: [order(1, 0, 'confirmed', 5, { key: '2' })] };
    await inHistory(small, async (history) => {
      expect(await subjectNamed(history, '1')).toEqual({ op: 1 });
      expect(await subjectNamed(history, '2')).toEqual({ key: '2' });
    });
  });
});

describe('the query to paste', () => {
  const all = [
    ['inventory', shop, 'p'],
    ['inventory', shop, '7'],
    ['inventory', { ...shop, opening: { "it's": 1 }, ops: [order(1, 0, 'confirmed', 5, { key: "it's" })] }, "it's"],
    ['kyc', { domain: 'kyc', ops: [{ op: 1, at: 0, answers: [['approved', 3]] }] }, '1'],
  ] as const;
  test.each(all)('tells the same to any DuckDB: %s %#', async (name, small, subject) => {
    await inHistory(small, async (history, folder) => {
      const named = await subjectNamed(history, subject);
      const files = (table: string) => sqlFiles(folder, table, []);
      const connection = await (await DuckDBInstance.create()).connect();
      const found = await connection.runAndReadAll(pastedLife(named, aboutOf(history, domains[name]), files));
      expect(found.getRowObjects().map((row) => plainRow(row))).toEqual(
        (await lifeOf(history, domains[name], named)).moments,
      );
      connection.closeSync();
    });
  });

  test('names the tables that the history has, and makes the others empty', async () => {
    await inHistory(shop, async (history) => {
      const about = { ...aboutOf(history, inventory), tables: new Set(['operations'] as const) };
      const sql = pastedLife({ op: 7 }, about, (table) => sqlFiles('results/x', table, []));
      expect(sql).toContain(`FROM read_parquet('${join('results/x', 'operations-*.parquet')}'`);
      expect(sql).not.toContain('effects-*.parquet');
      expect(sql).toContain('effects AS (\n  SELECT NULL::BIGINT AS "op"');
    });
  });
});

const lives = async (small: SmallHistory, signal?: AbortSignal) => {
  const folder = await aHistory(small);
  try {
    return await exampleLives(folder, inventory, await judge(folder, inventory), signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

describe('the lives of the first counterexamples', () => {
  const broken = { ...shop, opening: { p: 1, q: 1 }, invariants: ['no-overpromise'] };
  test('are those of the operations that they name, without what was there before and after', async () => {
    expect((await lives(broken)).map(({ op, event }) => [op, event])).toEqual([
      [7, 'sent'],
      [7, 'appended'],
      [7, 'effect'],
      [7, 'decided'],
    ]);
  });

  test('are none where nothing is broken, or where they cannot be read any more', async () => {
    expect(await lives({ ...broken, opening: { p: 9, q: 1 } })).toEqual([]);
    expect(await lives(broken, AbortSignal.abort())).toEqual([]);
  });
});

test('no more moments are read than are asked for', async () => {
  await inHistory(shop, async (history) => {
    const life = await lifeOf(history, inventory, { key: 'p' }, 4);
    expect([life.moments.length, life.isCut]).toEqual([4, true]);
  });
});
