import { describe, expect, test } from 'vitest';

import { decisionLatency, settled } from '../../harness/judge/objectives/index.ts';
import { exitCodeOf } from '../../harness/judge/verdict.ts';
import { micros, type SmallHistory, type SmallOp } from './a-history.ts';
import { payment, wallet } from './a-wallet.ts';
import { invariantOf, judged, objectiveOf } from './judged.ts';
import { order, restock } from './judging.ts';

/** A sound shop: ten units sell out, ten are restocked, and the next order is confirmed `latency` ms after it. */
const soldOutAndRestocked = (early: number, from = 0): SmallHistory => ({
  opening: { p: 10 },
  ops: [
    order(1, 100, 'confirmed', 105 - (100 >= from ? early : 0), { quantity: 10 }),
    restock(2, 200, 10, 'applied', 205 - (200 >= from ? early : 0)),
    order(3, 190, 'confirmed', 207 - (207 >= from ? early : 0), { quantity: 10 }),
  ],
});

/** Restocked, and refused some time after: by the stamps the restock was decided 15 ms before it came. */
const refused = (refusedAt: number): SmallHistory => ({
  opening: { p: 0 },
  left: { p: 5 },
  ops: [restock(1, 100, 5, 'applied', 85), order(2, refusedAt, 'sold_out', refusedAt + 20)],
});

/** This much moved from one to the other, in a store whose clock is off. */
const moved = (
  op: number,
  at: number,
  from: string,
  to: string,
  paise: number,
  off: (at: number) => number,
): SmallOp => ({
  op,
  at,
  key: from,
  otherKey: to,
  paise,
  answers: [['success', at + 5]],
  legs: [
    { leg: 'debit', key: from, delta: -paise, committed_at: micros(at + 4 + off(at)) },
    { leg: 'credit', key: to, delta: paise, committed_at: micros(at + 4 + off(at)) },
  ],
});

/** u1 has ₹10, pays ₹9, is rightly declined ₹5, gets ₹9, pays them, and is rightly declined again. */
const rightlyDeclined = (off: (at: number) => number, more: SmallOp[] = []): SmallHistory =>
  wallet(
    [
      moved(1, 1_000, 'u1', 'm1', 900, off),
      { op: 2, at: 2_500, paise: 500, answers: [['declined', 2_505]] },
      moved(3, 4_100, 'm1', 'u1', 900, off),
      moved(4, 7_000, 'u1', 'm1', 900, off),
      { op: 5, at: 8_500, paise: 500, answers: [['declined', 8_505]] },
      ...more,
    ],
    { domain: 'wallet' },
  );

describe('brokers whose clocks differ', () => {
  test('by a millisecond convict nobody and are no doubt', async () => {
    const result = await judged({ ...soldOutAndRestocked(6), invariants: ['no-overpromise'] });
    expect(result.verdict).toBe('pass');
  });

  test.each([
    ['20 ms', 20, '15.0'],
    ['2 s', 2_000, '1995.0'],
  ])('by %s leave a sound pipeline unjudged where order counts, and say the offset', async (_, early, shown) => {
    const judgement = await judged({
      ...soldOutAndRestocked(early),
      invariants: ['no-overpromise', 'no-oversell', 'no-undersell', 'books-balance', 'one-decision', 'effects-once'],
    });
    expect(judgement.invariants.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['no-overpromise', 'inconclusive'],
      ['no-oversell', 'pass'],
      ['no-undersell', 'inconclusive'],
      ['one-decision', 'pass'],
      ['books-balance', 'pass'],
      ['effects-once', 'pass'],
    ]);
    expect(judgement.invariants[0]?.detail).toContain(`${shown} ms`);
    expect(judgement.notes[0]).toContain(`The clocks of the brokers differ by ${shown} ms`);
    expect(exitCodeOf(judgement)).toBe(12);
  });

  test('by a step of 2 s in mid-drill convict nobody', async () => {
    const judgement = await judged({ ...soldOutAndRestocked(2_000, 150), invariants: ['no-overpromise'] });
    expect(exitCodeOf(judgement)).toBe(12);
  });

  test('by 20 ms hide no promise of 500 units that were never there', async () => {
    const { ops = [], ...rest } = soldOutAndRestocked(20);
    const judgement = await judged({
      ...rest,
      left: { p: 0 },
      ops: [...ops, order(4, 300, 'confirmed', 285, { quantity: 500 })],
      invariants: ['no-overpromise'],
    });
    expect(judgement.invariants[0]).toMatchObject({
      verdict: 'fail',
      examples: [{ ops: [4], harm: 500, at: micros(285) }],
    });
    expect(exitCodeOf(judgement)).toBe(11);
  });

  test('by 20 ms hide no promise that a credit came to only seconds later', async () => {
    const result = await invariantOf('no-overpromise', {
      opening: { p: 1 },
      ops: [
        order(1, 100, 'confirmed', 90),
        order(2, 101, 'confirmed', 91, { quantity: 500 }),
        restock(3, 2_000, 500, 'applied', 2_005),
      ],
    });
    expect(result).toMatchObject({ verdict: 'fail', violations: 1 });
  });

  test('let nobody be told of units refused that were restocked within what they differ by', async () => {
    expect((await invariantOf('no-undersell', refused(110))).verdict).toBe('inconclusive');
    expect((await invariantOf('no-undersell', refused(200))).verdict).toBe('fail');
  });

  test('make latencies inconclusive, though the harness agrees with every append', async () => {
    const ops: SmallOp[] = Array.from({ length: 1_000 }, (_, i) => order(i, i, 'confirmed', i - 15));
    const found = await objectiveOf(decisionLatency({ quantile: 0.99, below: '1ms' }), { opening: { p: 2_000 }, ops });
    expect(found).toMatchObject({ verdict: 'inconclusive', detail: 'the clocks of the brokers differ by 15.0 ms' });
  });

  test('show in the acknowledgements too: one partition is ahead of the others', async () => {
    const ops = [...(soldOutAndRestocked(0).ops ?? [])];
    const judgement = await judged({
      opening: { p: 10 },
      ops,
      appendedLateMs: { 2: 50 },
      invariants: ['no-overpromise'],
    });
    expect(judgement.invariants[0]?.verdict).toBe('inconclusive');
  });
});

describe("a store's clock", () => {
  test.each([
    ['right', () => 0, 'pass'],
    ['half a second behind', () => -500, 'pass'],
    ['three seconds behind', () => -3_000, 'inconclusive'],
    ['three seconds ahead', () => 3_000, 'inconclusive'],
    ['set forward by three seconds in mid-drill', (at: number) => (at > 3_000 ? 3_000 : 0), 'inconclusive'],
    ['set back by three seconds in mid-drill', (at: number) => (at > 3_000 ? -3_000 : 0), 'inconclusive'],
  ])('that is %s convicts no rightful decline', async (_, off, verdict) => {
    const found = await invariantOf('no-false-decline', rightlyDeclined(off));
    expect(found.verdict).toBe(verdict);
  });

  test.each([
    ['right', () => 0],
    ['three seconds behind', () => -3_000],
    ['three seconds ahead', () => 3_000],
  ])('that is %s hides no decline of what was there all the while', async (_, off) => {
    const wronged: SmallOp = { op: 6, at: 30_000, key: 'u2', paise: 500, answers: [['declined', 30_005]] };
    expect(await invariantOf('no-false-decline', rightlyDeclined(off, [wronged]))).toMatchObject({
      verdict: 'fail',
      violations: 1,
      examples: [{ ops: [6] }],
    });
  });

  const spec = settled({ within: '1s', quantile: 0.5 });
  const settledBy = (off: number, took: number) =>
    objectiveOf(
      spec,
      wallet(
        Array.from({ length: 20 }, (_, op) => {
          const at = op * 100;
          const legs = [
            { leg: 'debit', key: 'u1', delta: -1, committed_at: micros(at + 4 + off) },
            { leg: 'credit', key: 'm1', delta: 1, committed_at: micros(at + took + off) },
          ];
          return payment(op, 'success', legs, { at, paise: 1, answers: [['success', at + 5]] });
        }),
      ),
    );
  test.each([
    [0, 10, 'pass'],
    [3_000, 10, 'inconclusive'],
    [-3_000, 10, 'inconclusive'],
    [-3_000, 2_500, 'inconclusive'],
    [0, 2_500, 'fail'],
    [3_000, 6_000, 'fail'],
  ])('off by %d ms, what settles within %d ms is %s', async (off, took, verdict) => {
    expect((await settledBy(off, took)).verdict).toBe(verdict);
  });
});
