import { describe, expect, test } from 'vitest';

import type { SmallHistory } from './a-history.ts';
import { invariantOf } from './judged.ts';
import { order } from './judging.ts';

const payment = (op: number) => ({ op, at: 0, answers: [['success', 5]] as const });

describe('a counterexample stands beside what is not known', () => {
  test.each<[string, string, SmallHistory]>([
    ['stock below zero without opening stock', 'no-oversell', { left: { p: -1 }, ops: [order(1, 0, 'confirmed', 5)] }],
    [
      'a decision of what nobody submitted, where nothing was submitted',
      'no-phantom-decision',
      {
        ops: [order(1, 0, undefined, 0, { absent: true, outcome: 'indeterminate' })],
        decisions: [{ op: 9, answer: 'confirmed' }],
      },
    ],
    [
      'money left in transit with an audit never sampled',
      'money-conserved',
      { domain: 'wallet', opening: { u1: 1_000, m1: 0 }, left: { transit: 5 }, ops: [payment(1)], audits: ['ledger'] },
    ],
    [
      'money lost by an operation without closing balances',
      'money-conserved',
      {
        domain: 'wallet',
        opening: { u1: 1_000, m1: 0 },
        left: { u1: null, m1: null },
        ops: [{ ...payment(1), legs: [{ leg: 'debit', key: 'u1', delta: -100 }] }],
      },
    ],
    [
      'a balance below zero without versions',
      'no-negative-balance',
      {
        domain: 'wallet',
        opening: { u1: 50, m1: 0 },
        ops: [
          {
            ...payment(1),
            legs: [
              { leg: 'debit', key: 'u1', delta: -100, version: null },
              { leg: 'credit', key: 'm1', delta: 100, version: null },
            ],
          },
        ],
      },
    ],
    [
      'a balance below zero without opening balances',
      'no-negative-balance',
      { domain: 'wallet', left: { u1: -1 }, ops: [payment(1)] },
    ],
  ])('%s', async (_, name, small) => {
    expect(await invariantOf(name, small)).toMatchObject({ verdict: 'fail' });
  });
});

describe('what is one only because something is not known is none', () => {
  const sold: SmallHistory = { ops: [order(1, 0, 'confirmed', 5)] };
  const stocked: SmallHistory = { ...sold, opening: { p: 5 } };
  const wallet: SmallHistory = { domain: 'wallet', ops: [payment(1)] };
  test.each<[string, string, SmallHistory]>([
    ['sales without opening stock', 'no-oversell', { ...sold, left: { p: 4 } }],
    ['promises without opening stock', 'no-overpromise', { ...sold, left: { p: 4 } }],
    ['books without opening stock', 'books-balance', { ...sold, left: { p: 4 } }],
    ['books without closing stock', 'books-balance', { ...stocked, left: { p: null } }],
    ['a shelf that may lag behind', 'shelf-truth', { ...stocked, shelf: { p: 5 }, drainedAt: null }],
    ['a shelf that was not read', 'shelf-truth', { ...stocked, stalenessMs: 0 }],
    ['balances without a beginning', 'ledger-equals-balance', { ...wallet, left: { u1: 900, m1: 100 } }],
    ['balances without an end', 'ledger-equals-balance', { ...wallet, opening: { u1: 1_000 }, left: { u1: null } }],
    ['money without a beginning', 'money-conserved', { ...wallet, left: { u1: 900, m1: 100 } }],
    ['debits without a beginning', 'no-negative-balance', { ...wallet, left: { u1: 900, m1: 100 } }],
    [
      'a review that may be yet to come',
      'review-complete',
      {
        ...wallet,
        opening: { u1: 1_000, m1: 0 },
        ops: [{ ...payment(1), mode: 'degraded' }],
        drainedAt: null,
      },
    ],
  ])('%s', async (_, name, small) => {
    expect(await invariantOf(name, small)).toMatchObject({ verdict: 'inconclusive', violations: 0 });
  });

  test('a table that is missing is no evidence of anything', async () => {
    const told = { ...stocked, ops: [order(1, 0, 'confirmed', 5)] };
    expect((await invariantOf('answers-agree', told)).detail).toBe('the history has no answers');
  });
});
