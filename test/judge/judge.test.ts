import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';

import { inventory } from '../../harness/domains/inventory/index.ts';
import { judge } from '../../harness/judge/judge.ts';
import { exitCodeOf } from '../../harness/judge/verdict.ts';
import { aHistory, micros, type SmallHistory } from './a-history.ts';
import { invariantOf, judged } from './judged.ts';
import { order } from './judging.ts';

test('counts all counterexamples and gives the most harmful first', async () => {
  const ops = Array.from({ length: 14 }, (_, i) => order(i + 1, i, undefined, 0, { quantity: (i % 13) + 1 }));
  const result = await invariantOf('no-lost-order', { opening: { p: 9 }, ops });
  expect(result.violations).toBe(14);
  expect(result.examples.map(({ harm }) => harm)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1]);
});

test('says what the breaches cost', async () => {
  const { impact } = await judged({
    opening: { p: 1, q: 3 },
    left: { p: 0, q: 3 },
    ops: [
      order(1, 0, 'confirmed', 10),
      order(2, 1, 'confirmed', 11, { quantity: 2 }),
      order(3, 2, undefined, 0, {
        answers: [
          ['confirmed', 12],
          ['revoked', 14],
        ],
      }),
      order(4, 3, 'sold_out', 12, { key: 'q', quantity: 2 }),
      order(5, 3, 'sold_out', 12, { key: 'q', quantity: 2 }),
    ],
  });
  expect(Object.fromEntries(impact.map(({ name, value }) => [name, value]))).toEqual({
    oversoldUnits: 2,
    oversoldPaise: 200,
    lostSalesUnits: 3,
    lostSalesPaise: 300,
    brokenPromises: 1,
    brokenPromisesPaise: 100,
    confirmedUnits: 3,
    confirmedPaise: 300,
    confirmedShare: 0.4,
  });
});

test('judges every invariant of the domain, and twice the same', async () => {
  const small: SmallHistory = {
    opening: { p: 1 },
    shelf: { p: 0 },
    invariants: inventory.invariants.map(({ name }) => name),
    ops: [order(1, 0, 'confirmed', 10), order(2, 1, 'confirmed', 11), order(3, 5, 'sold_out', 12)],
  };
  const [{ judgeMs: _a, ...first }, { judgeMs: _b, ...second }] = [await judged(small), await judged(small)];
  expect(first.invariants.length).toBe(14);
  expect(second).toEqual(first);
});

test('what failed for sure and is in the log is our own bug', async () => {
  const judgement = await judged({
    opening: { p: 1 },
    ops: [order(1, 0, 'confirmed', 5, { outcome: 'failed' })],
    invariants: ['one-decision'],
  });
  expect(judgement.failedButPresent).toBe(1);
  expect(judgement.notes).toEqual(['1 sends were recorded as failed but are in the log: a bug in the generator']);
  expect(exitCodeOf(judgement)).toBe(70);
});

test('a fault that was not seen to strike leaves a doubt, as does one never tried', async () => {
  const fault = {
    name: 'worker-crash-0',
    commandedAt: micros(1),
    verified: false,
    healed: true,
    detail: 'it never died',
  };
  const small: SmallHistory = {
    opening: { p: 1 },
    ops: [order(1, 0, 'confirmed', 5)],
    invariants: ['one-decision'],
    faults: [fault],
  };
  const judgement = await judged(small);
  expect(judgement.verdict).toBe('inconclusive');
  expect(judgement.notes).toEqual(['The fault worker-crash-0 was not seen to strike: it never died']);
  expect(exitCodeOf(judgement)).toBe(12);
  expect((await judged({ ...small, faults: [{ ...fault, verified: true }] })).verdict).toBe('pass');
});

test('says who stamped the times, and that load was not real', async () => {
  const stack = { kind: 'external', reason: '', versions: {}, stampedBy: 'producer' as const };
  const judgement = await judged({
    opening: { p: 1 },
    ops: [order(1, 0, 'confirmed', 5)],
    invariants: ['one-decision'],
    drill: { stack, loadScale: 0.5 },
  });
  expect(judgement.verdict).toBe('pass');
  expect(judgement.notes).toEqual([
    'Log times come from the producers, not the broker: the pipeline stamped its own decisions',
    "Load was 0.5× the scenario's rates",
  ]);
});

test('a history with less in it than was sent is no basis for a verdict', async () => {
  const judgement = await judged({
    opening: { p: 1 },
    ops: [order(1, 0, 'confirmed', 5)],
    invariants: ['one-decision'],
    generator: { sent: 7 },
  });
  expect(judgement.verdict).toBe('inconclusive');
  expect(judgement.notes).toEqual(['The history has 1 operations, but the generators sent 7: parts are missing']);
});

test('draws the curves by the second: rates, latencies, and the age of what waits', async () => {
  const phases = [
    { name: 'warm-up', warmUp: true, startsAt: micros(0), endsAt: micros(1_000), arrivals: 1 },
    { name: 'steady', warmUp: false, startsAt: micros(1_000), endsAt: micros(3_000), arrivals: 3 },
  ];
  const judgement = await judged({
    opening: { p: 9 },
    phases,
    ops: [
      order(1, 100, 'confirmed', 110, { phase: 'warm-up' }),
      order(2, 1_200, 'confirmed', 3_500),
      order(3, 1_300, 'sold_out', 1_320),
      order(4, 2_000, 'shed', 2_001),
    ],
    drainedAt: 4_000,
    drill: { loadEndedAt: micros(3_000) },
  });
  const nobody = { correct: 0, degraded: 0, shed: 0, rejected: 0, wrong: 0, timedOut: 0, failed: 0 };
  const uncounted = { ...nobody, undecided: 0, favoured: 0, shedFavoured: 0 };
  const unwatched = { foreignCpu: null, ownCpu: null, stealCpu: null, ioPressure: null };
  const none = {
    ...uncounted,
    ...unwatched,
    staleShare: null,
    lagMessages: null,
    p50Ms: null,
    p99Ms: null,
    planned: 0,
    sent: 0,
  };
  expect(judgement.seconds).toEqual([
    { ...none, second: 0, planned: 1, sent: 1, decided: 1, correct: 1, p50Ms: 10, p99Ms: 10, lagSeconds: 0 },
    {
      ...none,
      second: 1,
      planned: 2,
      sent: 2,
      decided: 1,
      correct: 1,
      wrong: 1,
      p50Ms: 20,
      p99Ms: 2_300,
      lagSeconds: 0.8,
    },
    { ...none, second: 2, planned: 1, sent: 1, decided: 1, shed: 1, lagSeconds: 1.8 },
    { ...none, second: 3, decided: 1, lagSeconds: 0 },
  ]);
  expect(judgement.phases[1]).toEqual({
    name: 'steady',
    plannedPerSecond: 1.5,
    sentPerSecond: 1.5,
    decidedPerSecond: 1,
    p50Ms: 20,
    p99Ms: 2_300,
    p999Ms: 2_300,
    byAnswer: {
      confirmed: { count: 1, p50Ms: 2_300, p99Ms: 2_300 },
      sold_out: { count: 1, p50Ms: 20, p99Ms: 20 },
      shed: { count: 1, p50Ms: 1, p99Ms: 1 },
    },
  });
});

test('keeps every counterexample beside the verdict, and forgets those of an earlier judging', async () => {
  const twelve = Array.from({ length: 12 }, (_, n) =>
    order(n, n, undefined, 0, {
      quantity: n + 1,
      answers: [
        ['confirmed', 20],
        ['revoked', 30],
      ],
    }),
  );
  const folder = await aHistory({ opening: { p: 100 }, ops: twelve, invariants: ['promise-kept', 'one-decision'] });
  const all = join(folder, 'counterexamples');
  try {
    await mkdir(all);
    await writeFile(join(all, 'one-decision.parquet'), 'of an earlier judging');
    const { invariants } = await judge(folder, inventory, all);
    expect(invariants.map(({ name, violations, examples }) => [name, violations, examples.length])).toEqual([
      ['one-decision', 0, 0],
      ['promise-kept', 12, 12],
    ]);
    expect(await readdir(all)).toEqual(['promise-kept.parquet']);
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const kept = await connection.runAndReadAll(`SELECT ops, harm FROM '${join(all, 'promise-kept.parquet')}'`);
    expect(kept.getRowsJson().map(([ops, harm]) => [ops, harm])).toEqual(
      invariants[1]?.examples.map(({ ops, harm }) => [ops.map(String), harm]),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
