import { describe } from 'vitest';

import type { SmallOp } from './a-history.ts';
import { about, judging, order, restock } from './judging.ts';

describe('no-overpromise', () => {
  const { acquits, convicts } = judging('no-overpromise');
  convicts(
    'a promise beyond the stock, though the units are given back later',
    {
      opening: { p: 1 },
      ops: [
        order(1, 0, 'confirmed', 10),
        order(2, 1, 'confirmed', 11),
        about('cancellation', 3, 1, 12, 'cancelled', 13),
      ],
    },
    { key: 'p', ops: [2], at: 1_700_000_000_011_000, harm: 1 },
  );
  convicts(
    'of a batch of one moment, by those that the stock no longer covers',
    { opening: { p: 2 }, ops: [1, 2, 3, 4].map((op) => order(op, 0, 'confirmed', 10)) },
    {
      ops: [3, 4],
      harm: 2,
      detail:
        'up to 2 units confirmed beyond the stock: at worst 4 confirmed, 2 in stock plus 0 credited; 2 confirmations too many',
    },
  );
  convicts(
    'a promise that was taken back: revoking is no credit',
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
  );
  acquits('a credit appended in the very millisecond of the confirmation', {
    opening: { p: 1 },
    ops: [order(1, 0, 'confirmed', 10), restock(2, 11, 1, 'applied', 30), order(3, 1, 'confirmed', 11)],
  });
  convicts(
    'when the same credit came one millisecond later',
    {
      opening: { p: 1 },
      ops: [order(1, 0, 'confirmed', 10), restock(2, 12, 1, 'applied', 30), order(3, 1, 'confirmed', 11)],
    },
    { ops: [3] },
  );
  acquits('by a credit whose own decision comes last: it was appended in time', {
    opening: { p: 1 },
    ops: [order(1, 0, 'confirmed', 5), about('return', 2, 1, 6, 'credited', 99), order(3, 7, 'confirmed', 20)],
  });
  acquits('by the cancellation that overtook its order and was appended before it', {
    opening: { p: 1 },
    ops: [about('cancellation', 2, 1, 0, 'cancelled', 9), order(1, 1, 'confirmed', 8), order(3, 2, 'confirmed', 10)],
  });
  convicts(
    'units counted back twice: a cancellation and a return name one order',
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
  );
  convicts(
    'though an order that was sold out is cancelled: that gives nothing back',
    {
      opening: { p: 1 },
      ops: [
        order(1, 0, 'sold_out', 5),
        about('cancellation', 2, 1, 6, 'refused', 7),
        order(3, 7, 'confirmed', 9),
        order(4, 7, 'confirmed', 9),
      ],
    },
    { ops: [4] },
  );
  acquits('a redelivered decision: the same promise is made once', {
    opening: { p: 1 },
    ops: [
      order(1, [0, 3], undefined, 0, {
        answers: [
          ['confirmed', 5],
          ['confirmed', 6],
        ],
      }),
    ],
  });
  convicts(
    'by the first of two equal decisions: the second came after a restock',
    {
      opening: { p: 0 },
      ops: [
        order(1, [0, 1], undefined, 0, {
          answers: [
            ['confirmed', 5],
            ['confirmed', 20],
          ],
        }),
        restock(2, 10, 1, 'applied', 12),
      ],
    },
    { ops: [1], at: 1_700_000_000_005_000 },
  );
});

describe('no-oversell', () => {
  const { acquits, convicts } = judging('no-oversell');
  const two: readonly SmallOp[] = [order(1, 0, 'confirmed', 10), order(2, 1, 'confirmed', 11)];
  convicts(
    'more units sold than there were',
    { opening: { p: 1 }, left: { p: 0 }, ops: two },
    { key: 'p', harm: 1, ops: [2, 1] },
  );
  convicts('a stock below zero', { opening: { p: 5 }, left: { p: -2 }, ops: two }, { harm: 2 });
  acquits('what was revoked in the end', {
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
  });
  acquits('by a cancellation that was accepted after all', {
    opening: { p: 1 },
    left: { p: 0 },
    ops: [...two, about('cancellation', 3, 1, 20, 'cancelled', 25)],
  });
  convicts(
    'though a cancellation was asked for, when it was refused',
    { opening: { p: 1 }, left: { p: 0 }, ops: [...two, about('cancellation', 3, 1, 20, 'refused', 25)] },
    { harm: 1 },
  );
  acquits('an order that a group has not consumed at the deadline: it may still be revoked', {
    opening: { p: 1 },
    left: { p: 0 },
    ops: [order(1, 0, 'confirmed', 10), order(2, 1, 'confirmed', 11, { consumed: false })],
  });
  acquits('by a restock that is not decided yet', {
    opening: { p: 1 },
    left: { p: 0 },
    ops: [...two, { ...restock(3, 5, 1), consumed: false }],
  });
});

describe('no-undersell', () => {
  const { acquits, convicts } = judging('no-undersell');
  convicts(
    'a refusal while enough is left',
    { opening: { p: 2 }, ops: [order(1, 0, 'sold_out', 10)] },
    { key: 'p', ops: [1], harm: 1 },
  );
  acquits('a refused 3 while 2 are left', { opening: { p: 2 }, ops: [order(1, 0, 'sold_out', 10, { quantity: 3 })] });
  convicts(
    'the refused 1 after the refused 3: the next 1 had to be allotted',
    { opening: { p: 2 }, ops: [order(1, 0, 'sold_out', 10, { quantity: 3 }), order(2, 1, 'sold_out', 11)] },
    { ops: [2] },
  );
  convicts(
    'a refusal followed by a confirmation of an order that came later',
    { opening: { p: 1 }, ops: [order(1, 0, 'sold_out', 10), order(2, 11, 'confirmed', 20)] },
    { ops: [1] },
  );
  acquits('when that order was appended in the same millisecond', {
    opening: { p: 1 },
    ops: [order(1, 0, 'sold_out', 10), order(2, 10, 'confirmed', 20)],
  });
  acquits('by a restock that raced with the order', {
    opening: { p: 0 },
    ops: [restock(1, 0, 5, 'applied', 10), order(2, 10, 'sold_out', 20)],
  });
  convicts(
    'once the restock was decided before the order came',
    { opening: { p: 0 }, ops: [restock(1, 0, 5, 'applied', 10), order(2, 11, 'sold_out', 20)] },
    { ops: [2] },
  );
  acquits('within the declared staleness of the shelf', {
    opening: { p: 0 },
    stalenessMs: 5,
    ops: [restock(1, 0, 5, 'applied', 10), order(2, 15, 'sold_out', 20)],
  });
  acquits('by units that came back by a revocation: never certain', {
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
  });
  acquits('while confirmed units may not have been taken from the stock yet', {
    opening: { p: 1 },
    left: { p: 1 },
    ops: [order(1, 0, 'confirmed', 1, { consumed: false, effects: [] }), order(2, 50, 'sold_out', 60)],
  });
  acquits('a credit that was resold to an order that came later', {
    opening: { p: 1 },
    ops: [
      order(1, 0, 'confirmed', 1),
      order(2, 2, 'sold_out', 9),
      about('cancellation', 3, 1, 5, 'cancelled', 12),
      order(4, 13, 'confirmed', 15),
    ],
  });
  convicts(
    'the earlier of two refusals alone, when an order appended as the second was refused got the unit',
    {
      opening: { p: 1 },
      ops: [order(1, 0, 'sold_out', 5), order(2, 1, 'sold_out', 10), order(3, 10, 'confirmed', 20)],
    },
    { ops: [1] },
  );
  acquits('an order whose first press came before the restock was decided', {
    opening: { p: 0 },
    ops: [restock(1, 0, 5, 'applied', 15), order(2, [10, 30], 'sold_out', 40)],
  });
});
