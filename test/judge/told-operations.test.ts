import { expect, test } from 'vitest';

import { micros, type SmallHistory } from './a-history.ts';
import { judged } from './judged.ts';
import { order } from './judging.ts';

test('tells the operations of a counterexample by their time, with what each left', async () => {
  const { operations, measure } = await judged({
    opening: { p: 3 },
    ops: [order(7, 0, 'confirmed', 5, { quantity: 2 }), order(8, 10, 'confirmed', 15, { quantity: 2 })],
    invariants: ['no-overpromise'],
  });
  expect(measure).toBe('units');
  expect(operations).toEqual([
    { op: 8, kind: 'order', key: 'p', name: 'name of p', asked: 2, at: micros(10), answer: 'confirmed', decidedAt: micros(15), left: -1 }, // prettier-ignore
  ]);
});

test('in paise, of the account that was to pay; nobody knows what was left where changes have no version', async () => {
  const small: SmallHistory = {
    domain: 'wallet',
    opening: { u1: 500, m1: 0 },
    ops: [{ op: 1, at: 0, paise: 400, answers: [['success', 3]], legs: [{ leg: 'debit', key: 'u1', delta: -900, version: 1 }] }], // prettier-ignore
    invariants: ['one-effect-per-payment'],
  };
  const [told] = (await judged(small)).operations;
  expect(told).toMatchObject({ key: 'u1', asked: 400, left: -400 });
  const legs = [{ leg: 'debit', key: 'u1', delta: -900, version: null }];
  const unversioned = { ...small, ops: [{ op: 1, at: 0, paise: 400, answers: [['success', 3]] as const, legs }] };
  expect((await judged(unversioned)).operations[0]).toMatchObject({ asked: 400, left: null });
});

test('nothing where nothing is broken', async () => {
  const sound = { opening: { p: 3 }, ops: [order(1, 0, 'confirmed', 5)], invariants: ['no-overpromise'] };
  expect((await judged(sound)).operations).toEqual([]);
});
