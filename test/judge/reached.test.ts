import { describe, expect, test } from 'vitest';

import { inventory } from '../../harness/domains/inventory/index.ts';
import { reachableStates } from '../../harness/judge/reached.ts';
import { exitCodeOf } from '../../harness/judge/verdict.ts';
import type { SmallHistory } from './a-history.ts';
import { bankDebit, bankReversal, payment, refund, addMoney, wallet } from './a-wallet.ts';
import { judged } from './judged.ts';
import { about, order } from './judging.ts';
import { sample, series } from './samples.ts';

/** The states that a small history reached, and how often. */
const reachedIn = async (small: SmallHistory): Promise<Record<string, number>> =>
  Object.fromEntries((await judged(small)).reached.map(({ state, count }) => [state, count]));

describe('dangerous states', () => {
  test('of a quiet drill are none', async () => {
    expect(await reachedIn({ opening: { p: 9 }, ops: [order(1, 0, 'confirmed', 5)] })).toEqual({});
  });

  test('a record consumed again is not a second press', async () => {
    const twice = {
      answers: [
        ['confirmed', 5],
        ['confirmed', 6],
      ],
    } as const;
    expect(await reachedIn({ opening: { p: 9 }, ops: [order(1, 0, undefined, 0, twice)] })).toEqual({ redelivered: 1 });
    const pressed = [order(1, [0, 1], undefined, 0, twice)];
    expect(await reachedIn({ opening: { p: 9 }, ops: pressed })).toEqual({ duplicate: 1 });
  });

  test('a cancellation that overtook its order, stock at exactly zero, shedding, degraded answers', async () => {
    const ops = [
      order(1, 1, 'cancelled_first', 8),
      about('cancellation', 2, 1, 0, 'cancelled', 4),
      order(3, 2, 'confirmed', 9, { mode: 'degraded' }),
      order(4, 3, 'shed', 9),
    ];
    expect(await reachedIn({ opening: { p: 1 }, left: { p: 0 }, ops })).toEqual({
      'cancellation-overtook': 1,
      'stock-at-zero': 1,
      shedding: 1,
      degraded: 1,
    });
  });

  test('a breaker open, a part down, a rebalance with work under way, a dead letter', async () => {
    const samples = [
      sample('breakersOpen', 'worker-0', 10, 1),
      sample('breakersOpen', 'worker-0', 20, 1),
      sample('breakersOpen', 'worker-1', 20, 0),
      ...series('up', 'main', 0, [1, 0, 0, 0, 0, 0, 1]),
      ...series('up', 'redis', 0, [1, 0, 1]),
      sample('lag', 'shop', 10, 40),
      sample('rebalance', 'shop', 11, 1),
      sample('lag', 'shop', 20, 0),
      sample('rebalance', 'shop', 21, 1),
    ];
    const letters = { topic: 'dead-letters', role: 'internal' as const, partition: 0, start: 2, end: 5, committed: {} };
    const small: SmallHistory = { opening: { p: 9 }, ops: [order(1, 0, 'confirmed', 5)], samples };
    expect(await reachedIn({ ...small, drill: { offsets: [letters] } })).toEqual({
      'breaker-open': 1,
      'part-down': 1,
      rebalance: 1,
      'dead-letter': 3,
    });
  });

  test('of a wallet: crisis mode, what the bank took back, a refund before its payment', async () => {
    const ops = [
      payment(1, 'success', undefined, { mode: 'degraded', at: 10, answers: [['success', 15]] }),
      refund(1)(2, 'success', undefined, { at: 12 }),
      addMoney(3, 'failed', [bankDebit(), bankReversal()]),
    ];
    expect(await reachedIn(wallet(ops))).toMatchObject({
      'crisis-mode': 1,
      degraded: 1,
      'outcome-unknown': 1,
      'refund-before-payment': 1,
    });
  });

  test('of an identity check: what a person had to look at, impostors', async () => {
    const ops = [{ op: 1, at: 0, answers: [['review', 5]] as const }];
    expect(await reachedIn({ domain: 'kyc', ops, categories: { a1: 'impostor' } })).toEqual({
      'manual-review': 1,
      impostor: 1,
    });
  });

  test('that a scenario is about and that were not reached make its drill inconclusive', async () => {
    const small: SmallHistory = { opening: { p: 1 }, ops: [order(1, 0, 'confirmed', 5)], invariants: ['one-decision'] };
    const met = await judged({ ...small, reach: ['stock-at-zero'] });
    expect(met.verdict).toBe('pass');
    const missed = await judged({ ...small, reach: ['stock-at-zero', 'redelivered', 'shedding'] });
    expect(exitCodeOf(missed)).toBe(12);
    expect(missed.notes[0]).toBe(
      'Not reached, though the scenario is about it: redelivered, shedding; the drill shows nothing about it',
    );
  });

  test('have names of their own', () => {
    const names = reachableStates(inventory);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('dead-letter');
  });
});
