import { describe, expect, test } from 'vitest';

import { inventory } from '../../harness/domains/inventory/index.ts';
import { kyc } from '../../harness/domains/kyc/index.ts';
import { wallet } from '../../harness/domains/wallet/index.ts';
import type { SmallHistory } from './a-history.ts';
import { judged } from './judged.ts';
import { order, restock } from './judging.ts';

/**
 * Another producer's operations in the same input log: whatever the pipeline did with them is fine, and unknown to this drill.
 */
const histories: Record<string, SmallHistory> = {
  shop: {
    opening: { p: 3 },
    stalenessMs: 100,
    ops: [
      order(1, 0, 'confirmed', 2),
      order(2, 10, 'confirmed', 12, { foreign: true, quantity: 2 }),
      order(3, 20, 'sold_out', 22),
      { ...restock(4, 30, 5, 'applied', 32), foreign: true },
    ],
    invariants: inventory.invariants.filter(({ needs }) => !needs.includes('answers')).map(({ name }) => name),
  },
  wallet: {
    domain: 'wallet',
    opening: { u1: 500, m1: 0 },
    ops: [
      { op: 1, at: 0, answers: [['success', 2]] },
      { op: 2, at: 10, foreign: true, answers: [['success', 12]] },
      { op: 3, at: 20, foreign: true, mode: 'degraded', answers: [['success', 22]], effects: [] },
    ],
    effects: [{ op: 3, leg: 'review', key: 'u1', delta: 0 }],
    invariants: wallet.invariants.map(({ name }) => name),
  },
  kyc: {
    domain: 'kyc',
    categories: { a1: 'genuine', a2: 'genuine' },
    catalogued: ['a1', 'a2'],
    ops: [
      { op: 1, at: 0, answers: [['review', 2]], legs: [{ leg: 'review', delta: 0 }] },
      { op: 2, key: 'a2', at: 10, foreign: true, answers: [['review', 12]], legs: [{ leg: 'review', delta: 0 }] },
    ],
    invariants: kyc.invariants.map(({ name }) => name),
  },
};

describe('what is in the log and this drill never sent', () => {
  test.each(Object.entries(histories))('breaks nothing, and leaves a %s in doubt', async (_, small) => {
    const { verdict, invariants, notes } = await judged(small);
    expect(invariants.filter(({ verdict: one }) => one === 'fail')).toEqual([]);
    expect(verdict).toBe('inconclusive');
    expect(notes.join()).toContain('in the input log that this drill never sent (op 2');
  });

  test('a decision on what is in no log is a phantom all the same', async () => {
    const { invariants } = await judged({
      opening: { p: 3 },
      ops: [order(1, 0, 'confirmed', 2), order(2, 10, 'confirmed', 12, { foreign: true, absent: true })],
      invariants: ['no-phantom-decision'],
    });
    expect(invariants).toMatchObject([{ verdict: 'fail', violations: 1 }]);
  });
});
