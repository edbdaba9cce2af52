import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import type { SecondResult } from '../../harness/judge/judgement.ts';
import { micros, type SmallHistory, type SmallOp } from './a-history.ts';
import { payment, wallet } from './a-wallet.ts';
import { judged } from './judged.ts';
import { order } from './judging.ts';
import { tamperedHistory } from './random-history.ts';

const counted = ({ correct, degraded, shed, rejected, wrong, timedOut, failed }: SecondResult) => ({
  correct,
  degraded,
  shed,
  rejected,
  wrong,
  timedOut,
  failed,
});

/** The outcome of one order planned at the start, whatever else happens in other seconds. */
async function outcomeOf(one: Partial<SmallOp>, small: SmallHistory = {}): Promise<string[]> {
  const ops = [order(1, 0, undefined, 0, one), ...(small.ops ?? [])];
  const { seconds } = await judged({ opening: { p: 100 }, ...small, ops });
  return Object.entries(counted(seconds[0] as SecondResult)).flatMap(([name, n]) =>
    Array.from({ length: n }, () => name),
  );
}
const answered = (answer: string, at: number): Partial<SmallOp> => ({ answers: [[answer, at]] });

test.for<[title: string, one: Partial<SmallOp>, small: SmallHistory, outcome: string]>([
  ['a served answer, sold out among them', answered('sold_out', 100), { opening: { p: 0 } }, 'correct'],
  ['an answer at the last moment of the wait', answered('confirmed', 5_000), {}, 'correct'],
  ['an answer after the wait', answered('confirmed', 5_001), {}, 'timedOut'],
  ['no answer at all', { consumed: false }, {}, 'timedOut'],
  ['an answer in a degraded mode', { ...answered('confirmed', 100), mode: 'degraded' }, {}, 'degraded'],
  ['shed', answered('shed', 100), {}, 'shed'],
  ['shed in a degraded mode', { ...answered('shed', 100), mode: 'degraded' }, {}, 'shed'],
  ['shed after the wait', answered('shed', 6_000), {}, 'timedOut'],
  ['rejected', answered('rejected', 100), {}, 'rejected'],
  ['never submitted', { absent: true, outcome: 'failed' }, {}, 'failed'],
  ['refused while it was there', answered('sold_out', 100), { opening: { p: 3 } }, 'wrong'],
  ['confirmed beyond what was there', answered('confirmed', 100), { opening: { p: 0 } }, 'wrong'],
  ['confirmed beyond what was there, and late', answered('confirmed', 9_000), { opening: { p: 0 } }, 'wrong'],
])('an order is counted once, as what became of it: %s', async ([, one, small, outcome]) => {
  expect(await outcomeOf(one, small)).toEqual([outcome]);
});

test('a confirmed order that was taken back is wrong', async () => {
  const revoked = {
    answers: [
      ['confirmed', 100],
      ['revoked', 900],
    ] as const,
  };
  expect(await outcomeOf(revoked)).toEqual(['wrong']);
});

test('a payment whose effects nobody tells is not known to be wrong', async () => {
  const { seconds } = await judged(wallet([payment(1, 'success', []), payment(2, 'declined')]));
  expect(counted(seconds[0] as SecondResult)).toMatchObject({ correct: 2, wrong: 0 });
});

test('nothing is promised beyond a stock that the history does not know', async () => {
  expect(await outcomeOf(answered('confirmed', 100), { opening: {} })).toEqual(['correct']);
});

test('a history whose decisions say no mode was served in full', async () => {
  const decisions = [{ op: 1, answer: 'confirmed', mode: null, decided_at: micros(5) }];
  expect(await outcomeOf({ effects: [-1] }, { decisions })).toEqual(['correct']);
});

test('the whole drill without its warm-up, and what was shed by class', async () => {
  const phases = [
    { name: 'warm-up', warmUp: true, startsAt: micros(0), endsAt: micros(1_000), arrivals: 1 },
    { name: 'steady', warmUp: false, startsAt: micros(1_000), endsAt: micros(3_000), arrivals: 3 },
  ];
  const { service } = await judged({
    opening: { p: 9 },
    phases,
    ops: [
      order(1, 100, 'shed', 110, { phase: 'warm-up', premium: true }),
      order(2, 1_200, 'confirmed', 1_300, { premium: true }),
      order(3, 1_300, 'shed', 1_320, { premium: true }),
      order(4, 2_000, 'shed', 2_001),
      order(5, 2_100, 'confirmed', 2_200, { mode: 'degraded' }),
    ],
  });
  expect(service).toEqual({
    planned: 4,
    counts: { correct: 1, degraded: 1, shed: 2, rejected: 0, wrong: 0, timedOut: 0, failed: 0 },
    goodShare: 0.5,
    clientWaitsMs: 5_000,
    byClass: { premium: { planned: 2, shed: 1 }, regular: { planned: 2, shed: 1 } },
  });
});

test('every planned order is exactly one of them, whatever happened', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(tamperedHistory, async (small) => {
      const { seconds } = await judged(small);
      for (const second of seconds)
        expect(Object.values(counted(second)).reduce((sum, n) => sum + n, 0)).toBe(second.planned);
    }),
    { numRuns: 20 },
  );
});

test('counts the seconds of a drill of two hours', async () => {
  const end = 7_200_000;
  const phases = [{ name: 'steady', warmUp: false, startsAt: micros(0), endsAt: micros(end), arrivals: 1 }];
  const times = { loadEndedAt: micros(end), drainedAt: micros(end), closedAt: micros(end) };
  const { seconds } = await judged({
    opening: { p: 9 },
    phases,
    drill: times,
    ops: [order(1, 7_100_500, 'confirmed', 7_100_600)],
  });
  expect(seconds[7_100]).toMatchObject({ planned: 1, correct: 1 });
});
