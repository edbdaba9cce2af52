import { describe, expect, test } from 'vitest';

import type { SmallHistory } from './a-history.ts';
import { invariantOf } from './judged.ts';
import { about, judging, order, restock } from './judging.ts';

describe('books-balance', () => {
  const { acquits, convicts } = judging('books-balance');
  convicts(
    'units that no answer accounts for',
    { opening: { p: 5 }, left: { p: 3 }, ops: [order(1, 0, 'confirmed', 5)] },
    { key: 'p', harm: 1 },
  );
  convicts(
    'a return that was booked twice',
    {
      opening: { p: 5 },
      left: { p: 6 },
      ops: [order(1, 0, 'confirmed', 5), about('return', 2, 1, 6, 'credited', 7)],
    },
    { harm: 1 },
  );
  convicts(
    'a key whose row is gone',
    { opening: { p: 5, q: 1 }, left: { p: null, q: 1 }, ops: [order(1, 0, 'confirmed', 5)] },
    { key: 'p', harm: 4 },
  );
  acquits('a cancellation that overtook its order: nothing moved', {
    opening: { p: 5 },
    left: { p: 5 },
    ops: [about('cancellation', 2, 1, 0, 'cancelled', 1), order(1, 1, 'cancelled_first', 3)],
  });
  acquits('a revoked order that never took its units', {
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
  });
  const unconsumed = [
    order(1, 0, undefined, 0, { consumed: false, quantity: 2 }),
    { ...restock(2, 0, 1), consumed: false },
  ];
  const leaving = (units: number): SmallHistory => ({ opening: { p: 5 }, left: { p: units }, ops: unconsumed });
  acquits('either way what was not consumed at the deadline', leaving(3), leaving(4), leaving(5), leaving(6));
  convicts('units missing beyond what was not consumed', leaving(2), { harm: 1 });
  convicts('units to spare beyond what was not consumed', leaving(7), { harm: 1 });
  test('cannot say without a closing stock', async () => {
    expect(await invariantOf('books-balance', { ops: [order(1, 0, 'confirmed', 5)] })).toMatchObject({
      verdict: 'inconclusive',
      violations: 0,
    });
  });
});

describe('effects-once', () => {
  const { acquits, convicts } = judging('effects-once');
  convicts(
    'an order booked twice',
    { opening: { p: 5 }, ops: [order(1, 0, 'confirmed', 5, { effects: [-1, -1] })] },
    { ops: [1], detail: expect.stringContaining('2 effects instead of one') as string },
  );
  convicts(
    'a confirmed order that took nothing',
    { opening: { p: 5 }, ops: [order(1, 0, 'confirmed', 5, { effects: [] })] },
    { ops: [1] },
  );
  convicts(
    'a refused order that took something',
    { opening: { p: 5 }, ops: [order(1, 0, 'sold_out', 5, { effects: [-1] })] },
    { ops: [1] },
  );
  convicts(
    'an effect of an operation that nobody submitted',
    { opening: { p: 5 }, ops: [order(1, 0, 'confirmed', 5)], effects: [{ op: 77, delta: -1 }] },
    { ops: [77] },
  );
  acquits('a redelivered decision with one effect', {
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
  });
  acquits('a revoked order that took its units and gave them back', {
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
  });
  acquits(
    'a cancellation of a revoked order, which brings nothing more',
    ...(['cancelled', 'refused'] as const).map((answer) => ({
      opening: { p: 5 },
      ops: [
        order(1, 0, undefined, 0, { answers: [['confirmed', 5], ['revoked', 6]], effects: [-1, 1] }),
        { ...about('cancellation', 2, 1, 7, answer, 8), effects: [] },
      ],
    })), // prettier-ignore
  );
  // A shop moves only stock; other legs are covered elsewhere.
  convicts(
    'a second effect on a leg of another name',
    { opening: { p: 5 }, ops: [order(1, 0, 'confirmed', 5)], effects: [{ op: 1, leg: 'ledger', delta: -1 }] },
    { ops: [1] },
  );
  acquits('the missing effect of a confirmation that a group has yet to consume', {
    opening: { p: 5 },
    ops: [order(1, 0, 'confirmed', 5, { consumed: false, effects: [] })],
  });
  convicts(
    'a cancellation that returns units of an order that was never confirmed',
    { opening: { p: 5 }, ops: [about('cancellation', 2, 1, 0, 'cancelled', 1), order(1, 1, 'cancelled_first', 3)] },
    { ops: [2] },
  );
  convicts(
    'a revoked order that took its units twice',
    {
      opening: { p: 5 },
      ops: [
        order(1, 0, undefined, 0, {
          answers: [
            ['confirmed', 5],
            ['revoked', 6],
          ],
          effects: [-1, -1],
        }),
      ],
    },
    { ops: [1] },
  );
  acquits('two accepted cancellations of one order of which one moved the stock', {
    opening: { p: 5 },
    ops: [
      order(1, 0, 'confirmed', 5),
      about('cancellation', 2, 1, 6, 'cancelled', 7),
      { ...about('cancellation', 3, 1, 6, 'cancelled', 8), effects: [] },
    ],
  });
  acquits('a missing effect while the second press is yet to be consumed', {
    opening: { p: 5 },
    ops: [order(1, [0, 9], 'confirmed', 5, { effects: [], consumed: [true, false] })],
  });
});

describe('shelf-truth', () => {
  const { acquits, convicts } = judging('shelf-truth');
  const ops = [order(1, 0, 'confirmed', 5)];
  convicts('a shelf that shows what is not there', { opening: { p: 5 }, shelf: { p: 5 }, ops }, { key: 'p', harm: 1 });
  convicts(
    'a key that the shelf lost',
    { opening: { p: 5, q: 2 }, shelf: { p: 4, q: null }, ops },
    { key: 'q', harm: 2 },
  );
  convicts(
    'a shelf that was emptied and never filled again',
    { opening: { p: 5, q: 2 }, shelf: { p: null, q: null }, ops },
    { key: 'p', harm: 4, detail: 'the shelf has no such key, but 4 are in stock' },
    2,
  );
  acquits('a shelf that equals the stock', { opening: { p: 5 }, shelf: { p: 4 }, ops });
  test('cannot say before the drain', async () => {
    const result = await invariantOf('shelf-truth', { opening: { p: 5 }, shelf: { p: 5 }, drainedAt: null, ops });
    expect(result).toMatchObject({ verdict: 'inconclusive', detail: 'not drained: the shelf may still lag' });
  });
  test('cannot say without a shelf', async () => {
    expect((await invariantOf('shelf-truth', { opening: { p: 5 }, ops })).verdict).toBe('inconclusive');
    expect(await invariantOf('shelf-truth', { opening: { p: 5 }, stalenessMs: 0, ops })).toMatchObject({
      verdict: 'inconclusive',
      detail: 'the shelf was not read',
    });
  });
});
