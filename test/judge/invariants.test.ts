import { describe, expect, test } from 'vitest';

import { inventory } from '../../harness/domains/inventory/index.ts';
import type { SmallHistory, SmallOp } from './a-history.ts';
import { invariantOf, judged } from './judged.ts';

const order = (
  op: number,
  at: SmallOp['at'],
  answer?: string,
  decidedAt = 0,
  more: Partial<SmallOp> = {},
): SmallOp => ({
  op,
  at,
  ...(answer === undefined ? {} : { answers: [[answer, decidedAt]] }),
  ...more,
});
const about = (
  kind: 'cancellation' | 'return',
  op: number,
  of: number,
  at: number,
  answer?: string,
  decidedAt = 0,
): SmallOp => order(op, at, answer, decidedAt, { kind, of });
const restock = (op: number, at: number, quantity: number, answer?: string, decidedAt = 0): SmallOp =>
  order(op, at, answer, decidedAt, { kind: 'restock', quantity });

const acquits = (name: string, small: SmallHistory) => async () => {
  expect(await invariantOf(name, small)).toMatchObject({ verdict: 'pass', violations: 0, examples: [] });
};
const convicts =
  (name: string, small: SmallHistory, example: object, violations = 1) =>
  async () => {
    const result = await invariantOf(name, small);
    expect(result).toMatchObject({ verdict: 'fail', violations });
    expect(result.examples[0]).toMatchObject(example);
  };

describe('no-overpromise', () => {
  const name = 'no-overpromise';
  test(
    'convicts a promise beyond the stock, though the units are given back later',
    convicts(
      name,
      {
        opening: { p: 1 },
        ops: [
          order(1, 0, 'confirmed', 10),
          order(2, 1, 'confirmed', 11),
          about('cancellation', 3, 1, 12, 'cancelled', 13),
        ],
      },
      { key: 'p', ops: [2], at: 1_700_000_000_011_000, harm: 1 },
    ),
  );
  test(
    'convicts a promise that was taken back: revoking is no credit',
    convicts(
      name,
      {
        opening: { p: 1 },
        ops: [
          order(1, 0, 'confirmed', 10),
          order(2, 1, undefined, 0, {
            answers: [
              ['confirmed', 11],
              ['revoked', 12],
            ],
          }),
        ],
      },
      { ops: [2] },
    ),
  );
  test(
    'acquits a credit appended in the very millisecond of the confirmation',
    acquits(name, {
      opening: { p: 1 },
      ops: [order(1, 0, 'confirmed', 10), restock(2, 11, 1, 'applied', 30), order(3, 1, 'confirmed', 11)],
    }),
  );
  test(
    'convicts when the same credit came one millisecond later',
    convicts(
      name,
      {
        opening: { p: 1 },
        ops: [order(1, 0, 'confirmed', 10), restock(2, 12, 1, 'applied', 30), order(3, 1, 'confirmed', 11)],
      },
      { ops: [3] },
    ),
  );
  test(
    'acquits by a credit whose own decision comes last: it was appended in time',
    acquits(name, {
      opening: { p: 1 },
      ops: [order(1, 0, 'confirmed', 5), about('return', 2, 1, 6, 'credited', 99), order(3, 7, 'confirmed', 20)],
    }),
  );
  test(
    'acquits by the cancellation that overtook its order and was appended before it',
    acquits(name, {
      opening: { p: 1 },
      ops: [about('cancellation', 2, 1, 0, 'cancelled', 9), order(1, 1, 'confirmed', 8), order(3, 2, 'confirmed', 10)],
    }),
  );
  test(
    'counts the units of an order back once, though a cancellation and a return name it',
    convicts(
      name,
      {
        opening: { p: 1 },
        ops: [
          order(1, 0, 'confirmed', 5),
          about('cancellation', 2, 1, 6, 'cancelled', 7),
          about('return', 3, 1, 6, 'refused', 8),
          order(4, 7, 'confirmed', 9),
          order(5, 7, 'confirmed', 10),
        ],
      },
      { ops: [5], harm: 1 },
    ),
  );
  test(
    'does not count a cancellation of an order that was sold out',
    convicts(
      name,
      {
        opening: { p: 1 },
        ops: [
          order(1, 0, 'sold_out', 5),
          about('cancellation', 2, 1, 6, 'refused', 7),
          order(3, 7, 'confirmed', 9),
          order(4, 7, 'confirmed', 9),
        ],
      },
      { ops: [3, 4] },
    ),
  );
  test(
    'acquits a redelivered decision: the same promise is made once',
    acquits(name, {
      opening: { p: 1 },
      ops: [
        order(1, [0, 3], undefined, 0, {
          answers: [
            ['confirmed', 5],
            ['confirmed', 6],
          ],
        }),
      ],
    }),
  );
});

describe('no-oversell', () => {
  const name = 'no-oversell';
  const two: readonly SmallOp[] = [order(1, 0, 'confirmed', 10), order(2, 1, 'confirmed', 11)];
  test(
    'convicts more units sold than there were',
    convicts(name, { opening: { p: 1 }, left: { p: 0 }, ops: two }, { key: 'p', harm: 1, ops: [2, 1] }),
  );
  test('convicts a stock below zero', convicts(name, { opening: { p: 5 }, left: { p: -2 }, ops: two }, { harm: 2 }));
  test(
    'acquits what was revoked in the end',
    acquits(name, {
      opening: { p: 1 },
      left: { p: 0 },
      ops: [
        order(1, 0, 'confirmed', 10),
        order(2, 1, undefined, 0, {
          answers: [
            ['confirmed', 11],
            ['revoked', 12],
          ],
        }),
      ],
    }),
  );
  test(
    'acquits by a cancellation that was accepted after all',
    acquits(name, {
      opening: { p: 1 },
      left: { p: 0 },
      ops: [...two, about('cancellation', 3, 1, 20, 'cancelled', 25)],
    }),
  );
  test(
    'convicts though a cancellation was asked for, when it was refused',
    convicts(
      name,
      { opening: { p: 1 }, left: { p: 0 }, ops: [...two, about('cancellation', 3, 1, 20, 'refused', 25)] },
      { harm: 1 },
    ),
  );
  test(
    'acquits an order that a group has not consumed at the deadline: it may still be revoked',
    acquits(name, {
      opening: { p: 1 },
      left: { p: 0 },
      ops: [order(1, 0, 'confirmed', 10), order(2, 1, 'confirmed', 11, { consumed: false })],
    }),
  );
  test(
    'acquits by a restock that is not decided yet',
    acquits(name, { opening: { p: 1 }, left: { p: 0 }, ops: [...two, { ...restock(3, 5, 1), consumed: false }] }),
  );
});

describe('no-undersell', () => {
  const name = 'no-undersell';
  test(
    'convicts a refusal while enough is left',
    convicts(name, { opening: { p: 2 }, ops: [order(1, 0, 'sold_out', 10)] }, { key: 'p', ops: [1], harm: 1 }),
  );
  test(
    'acquits a refused 3 while 2 are left',
    acquits(name, { opening: { p: 2 }, ops: [order(1, 0, 'sold_out', 10, { quantity: 3 })] }),
  );
  test(
    'convicts the refused 1 after the refused 3: the next 1 had to be allotted',
    convicts(
      name,
      { opening: { p: 2 }, ops: [order(1, 0, 'sold_out', 10, { quantity: 3 }), order(2, 1, 'sold_out', 11)] },
      { ops: [2] },
    ),
  );
  test(
    'convicts a refusal followed by a confirmation of an order that came later',
    convicts(
      name,
      { opening: { p: 1 }, ops: [order(1, 0, 'sold_out', 10), order(2, 11, 'confirmed', 20)] },
      { ops: [1] },
    ),
  );
  test(
    'acquits when that order was appended in the same millisecond',
    acquits(name, { opening: { p: 1 }, ops: [order(1, 0, 'sold_out', 10), order(2, 10, 'confirmed', 20)] }),
  );
  test(
    'acquits by a restock that raced with the order',
    acquits(name, { opening: { p: 0 }, ops: [restock(1, 0, 5, 'applied', 10), order(2, 10, 'sold_out', 20)] }),
  );
  test(
    'convicts once the restock was decided before the order came',
    convicts(
      name,
      { opening: { p: 0 }, ops: [restock(1, 0, 5, 'applied', 10), order(2, 11, 'sold_out', 20)] },
      { ops: [2] },
    ),
  );
  test(
    'acquits within the declared staleness of the shelf',
    acquits(name, {
      opening: { p: 0 },
      stalenessMs: 5,
      ops: [restock(1, 0, 5, 'applied', 10), order(2, 15, 'sold_out', 20)],
    }),
  );
  test(
    'acquits by units that came back by a revocation: never certain',
    acquits(name, {
      opening: { p: 1 },
      left: { p: 1 },
      ops: [
        order(1, 0, undefined, 0, {
          answers: [
            ['confirmed', 1],
            ['revoked', 2],
          ],
        }),
        order(2, 50, 'sold_out', 60),
      ],
    }),
  );
  test(
    'acquits while confirmed units may not have been taken from the stock yet',
    acquits(name, {
      opening: { p: 1 },
      left: { p: 1 },
      ops: [order(1, 0, 'confirmed', 1, { consumed: false, effects: [] }), order(2, 50, 'sold_out', 60)],
    }),
  );
  test(
    'acquits a credit that was resold to an order that came later',
    acquits(name, {
      opening: { p: 1 },
      ops: [
        order(1, 0, 'confirmed', 1),
        order(2, 2, 'sold_out', 9),
        about('cancellation', 3, 1, 5, 'cancelled', 12),
        order(4, 13, 'confirmed', 15),
      ],
    }),
  );
});

describe('no-lost-order', () => {
  const name = 'no-lost-order';
  test(
    'convicts what was consumed and never answered, of every kind',
    convicts(name, { opening: { p: 9 }, ops: [order(1, 0, 'confirmed', 5), restock(2, 1, 3)] }, { ops: [2], harm: 3 }),
  );
  test(
    'acquits what was not consumed at the deadline',
    acquits(name, { opening: { p: 9 }, ops: [order(1, 0, undefined, 0, { consumed: false })] }),
  );
  test(
    'convicts when one of two presses was consumed and nobody answered',
    convicts(
      name,
      { opening: { p: 9 }, ops: [order(1, [0, 5], undefined, 0, { consumed: [true, false] })] },
      { ops: [1] },
    ),
  );
  test(
    'acquits a second press that got no answer of its own',
    acquits(name, { opening: { p: 9 }, ops: [order(1, [0, 5], 'confirmed', 3)] }),
  );
  test(
    'acquits what never reached the log and was not acknowledged',
    acquits(name, {
      opening: { p: 9 },
      ops: [order(1, 0, 'confirmed', 3), order(2, 0, undefined, 0, { absent: true, outcome: 'indeterminate' })],
    }),
  );
  test('convicts the stack by name for what it acknowledged and lost', async () => {
    const judgement = await judged({
      opening: { p: 9 },
      invariants: [name],
      ops: [order(1, 0, 'confirmed', 3), order(2, 0, undefined, 0, { absent: true })],
    });
    expect(judgement.invariants[0]?.examples[0]?.detail).toContain('the stack lost it');
    expect(judgement.notes).toEqual([expect.stringContaining('lost by the stack, not by the pipeline')]);
  });
});

describe('no-phantom-decision', () => {
  const name = 'no-phantom-decision';
  const sound = order(1, 0, 'confirmed', 5);
  test(
    'convicts a decision on an operation that nobody sent',
    convicts(
      name,
      { opening: { p: 9 }, ops: [sound], decisions: [{ op: 99, answer: 'confirmed', decided_at: 1 }] },
      { ops: [99] },
    ),
  );
  test(
    'convicts a decision on what failed before the log',
    convicts(
      name,
      { opening: { p: 9 }, ops: [sound, order(2, 0, 'confirmed', 5, { absent: true, outcome: 'failed' })] },
      { ops: [2] },
    ),
  );
  test(
    'acquits a decision on what the broker acknowledged and lost',
    acquits(name, { opening: { p: 9 }, ops: [sound, order(2, 0, 'confirmed', 5, { absent: true })] }),
  );
});

describe('one-decision', () => {
  const name = 'one-decision';
  test(
    'convicts two different answers',
    convicts(
      name,
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
    ),
  );
  test(
    'takes the first of one millisecond by its place in the log',
    convicts(
      name,
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
    ),
  );
  test(
    'acquits the same answer twice, and a revocation',
    acquits(name, {
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
    }),
  );
});

describe('promise-kept', () => {
  const name = 'promise-kept';
  const revoked = (op: number, more: Partial<SmallOp> = {}) =>
    order(op, 0, undefined, 0, {
      answers: [
        ['confirmed', 5],
        ['revoked', 20],
      ],
      ...more,
    });
  test(
    'convicts a revocation, that of a premium shopper first',
    convicts(
      name,
      { opening: { p: 9 }, ops: [revoked(1), revoked(2, { premium: true })] },
      { ops: [2], at: 1_700_000_000_020_000 },
      2,
    ),
  );
  test(
    'acquits an order that its shopper cancelled',
    acquits(name, {
      opening: { p: 9 },
      ops: [order(1, 0, 'confirmed', 5), about('cancellation', 2, 1, 6, 'cancelled', 7)],
    }),
  );
});

describe('books-balance', () => {
  const name = 'books-balance';
  test(
    'convicts units that no answer accounts for',
    convicts(name, { opening: { p: 5 }, left: { p: 3 }, ops: [order(1, 0, 'confirmed', 5)] }, { key: 'p', harm: 1 }),
  );
  test(
    'convicts a return that was booked twice',
    convicts(
      name,
      {
        opening: { p: 5 },
        left: { p: 6 },
        ops: [order(1, 0, 'confirmed', 5), about('return', 2, 1, 6, 'credited', 7)],
      },
      { harm: 1 },
    ),
  );
  test(
    'convicts a key whose row is gone',
    convicts(
      name,
      { opening: { p: 5, q: 1 }, left: { p: null, q: 1 }, ops: [order(1, 0, 'confirmed', 5)] },
      { key: 'p', harm: 4 },
    ),
  );
  test(
    'acquits a cancellation that overtook its order: nothing moved',
    acquits(name, {
      opening: { p: 5 },
      left: { p: 5 },
      ops: [about('cancellation', 2, 1, 0, 'cancelled', 1), order(1, 1, 'cancelled_first', 3)],
    }),
  );
  test(
    'acquits a revoked order that never took its units',
    acquits(name, {
      opening: { p: 5 },
      left: { p: 5 },
      ops: [
        order(1, 0, undefined, 0, {
          answers: [
            ['confirmed', 1],
            ['revoked', 2],
          ],
        }),
      ],
    }),
  );
  test('acquits either way what was not consumed at the deadline', async () => {
    const ops = [order(1, 0, undefined, 0, { consumed: false, quantity: 2 }), { ...restock(2, 0, 1), consumed: false }];
    for (const left of [3, 4, 5, 6]) await acquits(name, { opening: { p: 5 }, left: { p: left }, ops })();
    for (const left of [2, 7]) await convicts(name, { opening: { p: 5 }, left: { p: left }, ops }, { harm: 1 })();
  });
  test('cannot say without a closing stock', async () => {
    expect(await invariantOf(name, { ops: [order(1, 0, 'confirmed', 5)] })).toMatchObject({
      verdict: 'inconclusive',
      violations: 0,
    });
  });
});

describe('effects-once', () => {
  const name = 'effects-once';
  test(
    'convicts an order booked twice',
    convicts(
      name,
      { opening: { p: 5 }, ops: [order(1, 0, 'confirmed', 5, { effects: [-1, -1] })] },
      { ops: [1], detail: expect.stringContaining('2 effects instead of one') as string },
    ),
  );
  test(
    'convicts a confirmed order that took nothing',
    convicts(name, { opening: { p: 5 }, ops: [order(1, 0, 'confirmed', 5, { effects: [] })] }, { ops: [1] }),
  );
  test(
    'convicts a refused order that took something',
    convicts(name, { opening: { p: 5 }, ops: [order(1, 0, 'sold_out', 5, { effects: [-1] })] }, { ops: [1] }),
  );
  test(
    'convicts an effect of an operation that nobody submitted',
    convicts(
      name,
      { opening: { p: 5 }, ops: [order(1, 0, 'confirmed', 5)], effects: [{ op: 77, delta: -1 }] },
      { ops: [77] },
    ),
  );
  test(
    'acquits a redelivered decision with one effect',
    acquits(name, {
      opening: { p: 5 },
      ops: [
        order(1, [0, 1], undefined, 0, {
          answers: [
            ['confirmed', 5],
            ['confirmed', 6],
          ],
          effects: [-1],
        }),
      ],
    }),
  );
  test(
    'acquits a revoked order that took its units and gave them back',
    acquits(name, {
      opening: { p: 5 },
      ops: [
        order(1, 0, undefined, 0, {
          answers: [
            ['confirmed', 5],
            ['revoked', 6],
          ],
          effects: [-1, 1],
        }),
      ],
    }),
  );
  test(
    'acquits two effects of different legs',
    acquits(name, {
      opening: { p: 5 },
      ops: [order(1, 0, 'confirmed', 5)],
      effects: [{ op: 1, leg: 'ledger', delta: -1 }],
    }),
  );
  test(
    'acquits the missing effect of a confirmation that a group has yet to consume',
    acquits(name, { opening: { p: 5 }, ops: [order(1, 0, 'confirmed', 5, { consumed: false, effects: [] })] }),
  );
  test(
    'convicts a cancellation that returns units of an order that was never confirmed',
    convicts(
      name,
      { opening: { p: 5 }, ops: [about('cancellation', 2, 1, 0, 'cancelled', 1), order(1, 1, 'cancelled_first', 3)] },
      { ops: [2] },
    ),
  );
});

describe('shelf-truth', () => {
  const name = 'shelf-truth';
  const ops = [order(1, 0, 'confirmed', 5)];
  test(
    'convicts a shelf that shows what is not there',
    convicts(name, { opening: { p: 5 }, shelf: { p: 5 }, ops }, { key: 'p', harm: 1 }),
  );
  test(
    'convicts a key that the shelf lost',
    convicts(name, { opening: { p: 5, q: 2 }, shelf: { p: 4, q: null }, ops }, { key: 'q', harm: 2 }),
  );
  test('acquits a shelf that equals the stock', acquits(name, { opening: { p: 5 }, shelf: { p: 4 }, ops }));
  test('cannot say before the drain', async () => {
    const result = await invariantOf(name, { opening: { p: 5 }, shelf: { p: 5 }, drainedAt: null, ops });
    expect(result).toMatchObject({ verdict: 'inconclusive', detail: 'not drained: the shelf may rightly lag behind' });
  });
  test('cannot say without a shelf', async () => {
    expect((await invariantOf(name, { opening: { p: 5 }, ops })).verdict).toBe('inconclusive');
  });
});

test('keeps the ten most harmful counterexamples and counts them all', async () => {
  const ops = Array.from({ length: 25 }, (_, i) => order(i + 1, i, undefined, 0, { quantity: (i % 13) + 1 }));
  const result = await invariantOf('no-lost-order', { opening: { p: 9 }, ops });
  expect(result.violations).toBe(25);
  expect(result.examples.map(({ harm }) => harm)).toEqual([13, 12, 12, 11, 11, 10, 10, 9, 9, 8]);
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
  expect(first.invariants.length).toBe(10);
  expect(second).toEqual(first);
});
