import { describe, expect, test } from 'vitest';

import type { SmallOp } from './a-history.ts';
import { judged } from './judged.ts';
import { about, judging, order, restock } from './judging.ts';

describe('no-lost-order', () => {
  const { acquits, convicts } = judging('no-lost-order');
  convicts(
    'what was consumed and never answered, of every kind',
    { opening: { p: 9 }, ops: [order(1, 0, 'confirmed', 5), restock(2, 1, 3)] },
    { ops: [2], harm: 3 },
  );
  acquits('what was not consumed at the deadline', {
    opening: { p: 9 },
    ops: [order(1, 0, undefined, 0, { consumed: false })],
  });
  convicts(
    'when one of two presses was consumed and nobody answered',
    { opening: { p: 9 }, ops: [order(1, [0, 5], undefined, 0, { consumed: [true, false] })] },
    { ops: [1] },
  );
  acquits('a second press that got no answer of its own', {
    opening: { p: 9 },
    ops: [order(1, [0, 5], 'confirmed', 3)],
  });
  acquits('what never reached the log and was not acknowledged', {
    opening: { p: 9 },
    ops: [order(1, 0, 'confirmed', 3), order(2, 0, undefined, 0, { absent: true, outcome: 'indeterminate' })],
  });
  test('convicts the stack by name for what it acknowledged and lost', async () => {
    const judgement = await judged({
      opening: { p: 9 },
      invariants: ['no-lost-order'],
      ops: [order(1, 0, 'confirmed', 3), order(2, 0, undefined, 0, { absent: true })],
    });
    expect(judgement.invariants[0]?.examples[0]?.detail).toContain('lost by the stack');
    expect(judgement.notes).toEqual([expect.stringContaining('lost by the stack, not by the pipeline')]);
  });
});

describe('no-phantom-decision', () => {
  const { acquits, convicts } = judging('no-phantom-decision');
  const sound = order(1, 0, 'confirmed', 5);
  convicts(
    'a decision on an operation that nobody sent',
    { opening: { p: 9 }, ops: [sound], decisions: [{ op: 99, answer: 'confirmed', decided_at: 1 }] },
    { ops: [99] },
  );
  convicts(
    'a decision on what failed before the log',
    { opening: { p: 9 }, ops: [sound, order(2, 0, 'confirmed', 5, { absent: true, outcome: 'failed' })] },
    { ops: [2] },
  );
  acquits('a decision on what the broker acknowledged and lost', {
    opening: { p: 9 },
    ops: [sound, order(2, 0, 'confirmed', 5, { absent: true })],
  });
});

describe('one-decision', () => {
  const { acquits, convicts } = judging('one-decision');
  convicts(
    'two different answers',
    {
      opening: { p: 9 },
      ops: [
        order(1, 0, undefined, 0, {
          answers: [
            ['sold_out', 5],
            ['confirmed', 7],
          ],
        }),
      ],
    },
    { ops: [1], detail: 'order was answered confirmed and sold_out; the first was sold_out' },
  );
  convicts(
    'two answers of one millisecond, of which the first in the log counts',
    {
      opening: { p: 9 },
      ops: [
        order(1, 0, undefined, 0, {
          answers: [
            ['sold_out', 5],
            ['confirmed', 5],
          ],
        }),
      ],
    },
    { detail: expect.stringContaining('the first was sold_out') as string },
  );
  acquits('the same answer twice, and a revocation', {
    opening: { p: 9 },
    ops: [
      order(1, [0, 1], undefined, 0, {
        answers: [
          ['confirmed', 5],
          ['confirmed', 9],
          ['revoked', 20],
        ],
      }),
    ],
  });
});

const revoked = (op: number, more: Partial<SmallOp> = {}) =>
  order(op, 0, undefined, 0, {
    answers: [
      ['confirmed', 5],
      ['revoked', 20],
    ],
    ...more,
  });

describe('promise-kept', () => {
  const { acquits, convicts } = judging('promise-kept');
  convicts(
    'a revocation, that of a premium shopper first',
    { opening: { p: 9 }, ops: [revoked(1), revoked(2, { premium: true })] },
    { ops: [2], at: 1_700_000_000_020_000 },
    2,
  );
  acquits('an order that its shopper cancelled', {
    opening: { p: 9 },
    ops: [order(1, 0, 'confirmed', 5), about('cancellation', 2, 1, 6, 'cancelled', 7)],
  });
});
