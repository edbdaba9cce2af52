import { describe } from 'vitest';

import type { SmallHistory } from './a-history.ts';
import { about, judging, order, restock } from './judging.ts';

const detail = (text: string) => ({ ops: [1], detail: `order of 1 units, answered confirmed: ${text}` });
const after = (credit: NonNullable<SmallHistory['ops']>[number]): SmallHistory => ({
  opening: { p: 1 },
  ops: [order(1, 0, 'confirmed', 5), credit, order(3, 0, 'confirmed', 20)],
});

/** Every effect fits its own operation: product, direction, units, leg. */
describe('effects-once', () => {
  const { acquits, convicts } = judging('effects-once');
  const opening = { p: 20, q: 20 };
  const one = (effects: readonly number[], more = {}): SmallHistory => ({
    opening,
    ops: [order(1, 0, 'confirmed', 5, { effects, ...more })],
  });

  acquits('every kind with its own effect', {
    opening,
    ops: [
      order(1, 0, 'confirmed', 5, { quantity: 3 }),
      order(2, 0, 'confirmed', 5, { key: 'q', quantity: 2 }),
      about('cancellation', 3, 1, 6, 'cancelled', 7),
      restock(4, 0, 5, 'applied', 5),
    ].map((op) => (op.op === 3 ? { ...op, quantity: 3 } : op)),
  });
  acquits(
    'a revoked order in each of its states',
    ...[[], [-2], [-2, 2], [2, -2]].map((effects) => ({
      opening,
      ops: [
        order(1, 0, undefined, 0, {
          quantity: 2,
          effects,
          answers: [
            ['confirmed', 5],
            ['revoked', 9],
          ] as const,
        }),
      ],
    })),
  );
  acquits('an effect of what is not told yet', {
    opening,
    ops: [order(1, 0, undefined, 0, { consumed: false, effects: [-1] })],
  });
  acquits('a leg that was not named', one([], { legs: [{ leg: null, delta: -1 }] }));

  convicts('ten units for one', one([-10]), detail('an effect of -10 units instead of -1'));
  convicts('an order that brought something', one([1]), detail('an effect of 1 units instead of -1'));
  convicts('an effect of no number', one([], { legs: [{ delta: null }] }), { ops: [1] });
  convicts('another product', one([], { legs: [{ key: 'q', delta: -1 }] }), detail('an effect on q instead of p'));
  convicts('no product', one([], { legs: [{ key: null, delta: -1 }] }), detail('an effect on no product instead of p'));
  convicts('a product that nobody has', one([], { legs: [{ key: 'zz', delta: -1 }] }), { ops: [1] });
  convicts(
    'another leg',
    one([], { legs: [{ leg: 'debit', delta: -1 }] }),
    detail('an effect on the leg debit, but only stock may move'),
  );
  convicts('an effect in two halves', { opening, ops: [order(1, 0, 'confirmed', 5, { quantity: 2, effects: [-1, -1] })] }, { ops: [1] }); // prettier-ignore
  convicts(
    'too much for what is not told yet',
    { opening, ops: [order(1, 0, undefined, 0, { consumed: false, effects: [-4] })] },
    { ops: [1] },
  );
  convicts(
    'a revoked order that gave back more than it took',
    { opening, ops: [order(1, 0, undefined, 0, { effects: [-1, 3], answers: [['confirmed', 5], ['revoked', 9]] })] }, // prettier-ignore
    { ops: [1] },
  );
  convicts(
    'two orders’ effects swapped',
    {
      opening,
      ops: [
        order(1, 0, 'confirmed', 5, { legs: [{ key: 'q', delta: -2 }] }),
        order(2, 0, 'confirmed', 5, { key: 'q', quantity: 2, legs: [{ key: 'p', delta: -1 }] }),
      ],
    },
    { ops: [2] },
    2,
  );
  convicts(
    'a restock subtracted',
    { opening, ops: [{ ...restock(1, 0, 5, 'applied', 5), effects: [-5] }] },
    { ops: [1], detail: 'restock of 5 units, answered applied: an effect of -5 units instead of 5' },
  );
  const givenBack = (more: Partial<SmallHistory>): SmallHistory => ({
    opening,
    ops: [order(1, 0, 'confirmed', 5, { quantity: 2 }), { ...about('cancellation', 2, 1, 6, 'cancelled', 7), quantity: 2 }], // prettier-ignore
    ...more,
  });
  acquits('units given back', givenBack({}));
  convicts('a give-back twice', givenBack({ effects: [{ op: 2, delta: 2 }] }), { ops: [2] });
  convicts('a give-back on another leg', givenBack({ effects: [{ op: 2, leg: 'ledger', delta: 2 }] }), { ops: [2] });
  convicts(
    'an order given back by two',
    givenBack({
      ops: [
        order(1, 0, 'confirmed', 5),
        about('cancellation', 2, 1, 6, 'cancelled', 7),
        about('cancellation', 3, 1, 6, 'cancelled', 7),
      ],
    }),
    { ops: [2] },
    2,
  );
  convicts(
    'a give-back of fewer units than the order’s',
    { opening, ops: [order(1, 0, 'confirmed', 5, { quantity: 3 }), { ...about('return', 2, 1, 6, 'credited', 7), quantity: 3, effects: [1] }] }, // prettier-ignore
    { ops: [2], detail: 'return of 3 units, answered credited: an effect of 1 units instead of 3' },
  );
  convicts(
    'a give-back to another product',
    { opening, ops: [order(1, 0, 'confirmed', 5), { ...about('return', 2, 1, 6, 'credited', 7), legs: [{ key: 'q', delta: 1 }] }] }, // prettier-ignore
    { ops: [2] },
  );
  convicts(
    'an effect of nobody',
    { ...one([-1]), effects: [{ op: null, key: 'p', delta: -3 }] },
    { key: 'p', ops: [], detail: '1 effects name no operation' },
  );
  convicts(
    'an effect of nobody on nothing',
    { ...one([-1]), effects: [{ op: null, key: null, delta: -3 }] },
    { ops: [] },
  );
});

describe('refused-rightly', () => {
  const { acquits, convicts } = judging('refused-rightly');
  const opening = { p: 9 };
  const refused = (kind: 'cancellation' | 'return', ...ops: NonNullable<SmallHistory['ops']>): SmallHistory => ({
    opening,
    ops: [about(kind, 1, 2, 10, 'refused', 12), ...ops],
  });
  for (const kind of ['cancellation', 'return'] as const) {
    acquits(
      `a refused ${kind} of what is not to be given back`,
      refused(kind),
      refused(kind, order(2, 0, 'sold_out', 5)),
      refused(kind, order(2, 0, 'shed', 5)),
      refused(kind, order(2, 0)),
      refused(kind, order(2, 0, undefined, 0, { answers: [['confirmed', 5], ['revoked', 20]] })), // prettier-ignore
      refused(kind, order(2, 0, 'confirmed', 5, { key: 'q' })),
      refused(kind, order(2, 0, 'confirmed', 5, { quantity: 2 })),
      refused(kind, order(2, 0, 'confirmed', 5), about('cancellation', 3, 2, 6, 'cancelled', 7)),
      refused(kind, order(2, 0, 'confirmed', 5), about('return', 3, 2, 11, 'credited', 15)),
      refused(kind, order(2, 0, 'confirmed', 5), { ...about('return', 3, 2, 9), consumed: false }),
    );
    acquits(`a ${kind} that may have come before its order`, refused(kind, order(2, 0, 'confirmed', 10)));
    convicts(
      `a refused ${kind} of a confirmed order`,
      refused(kind, order(2, 0, 'confirmed', 5)),
      { key: 'p', ops: [1], detail: `${kind} of 1 units was refused, but order 2 had been confirmed 5 ms before it arrived and not given back` }, // prettier-ignore
    );
  }
  convicts(
    'a cancellation and a return that are both refused',
    refused('cancellation', order(2, 0, 'confirmed', 5), about('return', 3, 2, 11, 'refused', 15)),
    { ops: [1] },
    2,
  );

  acquits(
    'an order whose cancellation came first',
    { opening, ops: [about('cancellation', 1, 2, 0, 'cancelled', 4), order(2, 3, 'cancelled_first', 5)] },
    { opening, ops: [about('cancellation', 1, 2, 5), order(2, 3, 'cancelled_first', 5)] },
    { opening, ops: [{ ...about('cancellation', 1, 2, 5), absent: true }, order(2, 3, 'cancelled_first', 5)] },
  );
  convicts(
    'an order that nobody cancelled',
    { opening, ops: [order(2, 3, 'cancelled_first', 5)] },
    { ops: [2], detail: 'order of 1 units was answered cancelled_first, but nobody cancelled it' },
  );
  convicts(
    'an order whose cancellation came later',
    { opening, ops: [about('cancellation', 1, 2, 6, 'cancelled', 7), order(2, 3, 'cancelled_first', 5)] },
    { ops: [2] },
  );
  convicts(
    'an order whose cancellation was refused',
    { opening, ops: [about('cancellation', 1, 2, 1, 'refused', 2), order(2, 3, 'cancelled_first', 5)] },
    { ops: [2] },
  );
  convicts(
    'an order that was only returned',
    { opening, ops: [about('return', 1, 2, 1, 'refused', 2), order(2, 3, 'cancelled_first', 5)] },
    { ops: [2] },
  );
});

describe('credited-rightly', () => {
  const { acquits, convicts } = judging('credited-rightly');
  const opening = { p: 9 };
  const accepted = (kind: 'cancellation' | 'return', ...ops: NonNullable<SmallHistory['ops']>): SmallHistory => ({
    opening,
    ops: [about(kind, 1, 2, 10, kind === 'return' ? 'credited' : 'cancelled', 12), ...ops],
  });
  for (const kind of ['cancellation', 'return'] as const) {
    acquits(
      `a ${kind} of what was or may have been confirmed`,
      accepted(kind, order(2, 0, 'confirmed', 5)),
      accepted(kind, order(2, 0, 'confirmed', 20)),
      accepted(kind, order(2, 0, undefined, 0, { consumed: false })),
      accepted(kind, order(2, 0, undefined, 0, { answers: [['confirmed', 5], ['revoked', 20]] })), // prettier-ignore
      accepted(kind, order(2, 0, undefined, 0, { absent: true })),
    );
    for (const answer of ['sold_out', 'shed', 'rejected'])
      convicts(`a ${kind} of what was ${answer}`, accepted(kind, order(2, 0, answer, 5)), { ops: [1] });
  }
  for (const answer of ['sold_out', 'shed', 'rejected'])
    acquits(
      `a cancellation that overtook an order which was then ${answer}: nothing was taken back`,
      accepted('cancellation', order(2, 0, answer, 13)),
    );
  convicts('a return of what was sold out afterwards', accepted('return', order(2, 0, 'sold_out', 13)), { ops: [1] });
  acquits('a cancellation that left a tombstone', accepted('cancellation', order(2, 0, 'cancelled_first', 13)));
  acquits('a cancellation of an order that never came', accepted('cancellation'));
  convicts('a return of an order that its cancellation came before', accepted('return', order(2, 0, 'cancelled_first', 13)), { ops: [1] }); // prettier-ignore
  convicts('a return of what nobody ordered', accepted('return'), {
    detail: 'return of 1 units was credited, but no such order was ever submitted',
  });
  acquits(
    'two cancellations of one order',
    accepted('cancellation', order(2, 0, 'confirmed', 5), about('cancellation', 3, 2, 11, 'cancelled', 13)),
  );
  convicts(
    'an order that is returned twice',
    accepted('return', order(2, 0, 'confirmed', 5), about('return', 3, 2, 11, 'credited', 13)),
    { key: 'p', ops: [1, 3], detail: 'order 2 was given back 2 times: return 1 credited, return 3 credited' },
  );
  convicts(
    'an order that is cancelled and returned',
    accepted('cancellation', order(2, 0, 'confirmed', 5), about('return', 3, 2, 11, 'credited', 13)),
    { ops: [1, 3] },
  );
});

describe('no-overpromise', () => {
  const { acquits, convicts } = judging('no-overpromise');
  acquits(
    'what an accepted or undecided credit covers',
    after(about('cancellation', 2, 1, 8, 'cancelled', 9)),
    after({ ...about('cancellation', 2, 1, 8), consumed: false }),
    after(restock(2, 8, 1, 'applied', 9)),
    after({ ...restock(2, 8, 1), consumed: false }),
  );
  convicts('what a refused cancellation does not cover', after(about('cancellation', 2, 1, 8, 'refused', 9)), { key: 'p' }); // prettier-ignore
  convicts('what a refused return does not cover', after(about('return', 2, 1, 8, 'refused', 9)), { key: 'p' });
  convicts('what a restock that was not applied does not cover', after(restock(2, 8, 1, 'rejected', 9)), { key: 'p' });
});
