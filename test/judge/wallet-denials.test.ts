import { describe, expect, test } from 'vitest';

import { succeeded, turnedAway } from '../../harness/judge/objectives/index.ts';
import type { SmallHistory, SmallOp } from './a-history.ts';
import { addMoney, credit, debit, payment, refund, wallet } from './a-wallet.ts';
import { invariantOf, objectiveOf } from './judged.ts';
import { judging } from './judging.ts';

const containing = (text: string): string => expect.stringContaining(text) as string;
const mule = { categories: { u2: 'mule' } };
const many = (count: number, make: (op: number) => SmallOp): SmallOp[] =>
  Array.from({ length: count }, (_, op) => make(op + 1));

/** The share of a kind that was turned away. */
const turned = async (small: SmallHistory, kind = 'payment') =>
  (await objectiveOf({ ...turnedAway({ kind, below: 0.001 }), minimumEvidence: 1 }, small)).observed;

const asked = (...ops: readonly SmallOp[]) => turned(wallet(ops), 'refund');
const registration = (op: number, key: string, answer: string): SmallOp =>
  payment(op, answer, [], { kind: 'registration', key, otherKey: null, paise: 0 });
const served = async (small: SmallHistory) =>
  (await objectiveOf({ ...succeeded({ atLeast: 0.5 }), minimumEvidence: 1 }, small)).observed;

describe('no-false-block', () => {
  const { acquits, convicts } = judging('no-false-block');
  convicts(
    'a wallet that blocks every honest payer',
    wallet(many(200, (op) => payment(op, 'blocked'))),
    {
      key: 'u1',
      harm: 100,
      detail: 'payment of ₹1 was blocked, but u1 is not a mule: one of 200 such among 200 honest payments',
    },
    200,
  );
  convicts('one of a thousand', wallet(many(1_000, (op) => payment(op, op === 7 ? 'blocked' : 'declined', []))), {
    ops: [7],
  });
  acquits(
    'fewer than one of a thousand, as the source allows',
    wallet(many(1_001, (op) => payment(op, op === 7 ? 'blocked' : 'declined', []))),
  );
  acquits('mules that were blocked', wallet([payment(1, 'success'), payment(2, 'blocked', [], { key: 'u2' })], mule));
  test('cannot say without a catalogue', async () => {
    const detail = 'no catalogue: the mules are unknown';
    for (const name of ['no-false-block', 'blocked-stays-blocked'])
      expect(await invariantOf(name, wallet([payment(1, 'success')], { isCatalogued: false }))).toMatchObject({
        verdict: 'inconclusive',
        detail,
      });
  });
});

describe('what is turned away', () => {
  const dear = { paise: 5_000 };
  test('is every denial that the history does not show right', async () => {
    const denied = ['blocked', 'declined', 'failed', 'shed', 'rejected', 'banana'];
    const small = wallet([...denied.map((answer, op) => payment(op + 1, answer, [])), payment(9, 'success')]);
    expect(await objectiveOf({ ...turnedAway({ below: 0.5 }), minimumEvidence: 1 }, small)).toMatchObject({
      verdict: 'fail',
      observed: 6 / 7,
      detail: 'not shown to be right: 1 banana, 1 blocked, 1 declined, 1 failed, 1 rejected, 1 shed',
    });
  });
  test('is no mule, no purse that was empty, and no account that is not there', async () => {
    const right = wallet(
      [
        payment(1, 'blocked', [], { key: 'u2' }),
        payment(2, 'declined', [], { key: 'u2' }),
        payment(3, 'declined', [], dear),
        payment(4, 'rejected', [], { otherKey: 'u9' }),
        payment(5, 'rejected', [], { otherKey: 'u1' }),
        payment(6, 'success'),
      ],
      mule,
    );
    expect(await turned(right)).toBe(0);
  });
  test('counts a decline whose purse nobody knows', async () => {
    expect(await turned(wallet([addMoney(1, 'declined')]), 'add_money')).toBe(1);
    expect(await turned(wallet([addMoney(1, 'declined')], { opening: { u1: 0, b1: 99 } }), 'add_money')).toBe(0);
    expect(await turned(wallet([payment(1, 'declined')], { opening: {} }))).toBe(1);
  });
  test('counts refunds that were due', async () => {
    const paid = payment(1, 'success');
    const late = { at: 6, answers: [['declined', 9] as const] };
    expect(await asked(paid, refund(1)(2, undefined, [], late))).toBe(1);
    expect(await asked(paid, refund(1)(2, undefined, [], late), refund(1)(3, undefined, [], late))).toBe(1);
    expect(await asked(paid, refund(1)(2, 'success'), refund(1)(3, undefined, [], late))).toBe(0);
    expect(await asked(payment(1, 'declined', [], dear), refund(1)(2, undefined, [], late))).toBe(0);
    expect(await asked(paid, refund(1)(2, undefined, [], { ...late, at: 4 }))).toBe(0);
    expect(await asked(paid, refund(1)(2, undefined, [], { ...late, otherKey: 'u2' }))).toBe(0);
    expect(await asked(paid, refund(1)(2, undefined, [], { ...late, paise: 101 }))).toBe(0);
  });
  test('counts new users who are refused', async () => {
    expect(await turned(wallet([registration(1, 'u9', 'rejected')]), 'registration')).toBe(1);
    expect(await turned(wallet([registration(1, 'u1', 'rejected')]), 'registration')).toBe(0);
    const twice = wallet([registration(1, 'u9', 'registered'), registration(2, 'u9', 'rejected')]);
    expect(await turned(twice, 'registration')).toBe(0);
  });
  test('has not succeeded', async () => {
    expect(await served(wallet(many(4, (op) => payment(op, 'blocked'))))).toBe(0);
    expect(await served(wallet([payment(1, 'declined'), payment(2, 'declined', [], dear)]))).toBe(0.5);
  });
});

describe('no-false-decline', () => {
  const { convicts } = judging('no-false-decline');
  const unversioned = payment(2, 'success', [
    { ...debit(1, 'u2'), version: null },
    { ...credit(1, 'u1'), version: null },
  ]);
  const elsewhere = payment(2, 'success', [{ ...credit(1, 'u1'), store: 'shard-1' }]);
  test.each([
    ['changes in no order', wallet([payment(1, 'declined'), unversioned]), '1 of 1 declines could not be judged'],
    ['changes of two stores', wallet([payment(1, 'declined'), elsewhere]), '1 of 1 declines could not be judged'],
    ['no opening balances', wallet([payment(1, 'declined')], { opening: {} }), 'no opening balances'],
    ['no catalogue', wallet([payment(1, 'declined')], { isCatalogued: false }), 'no catalogue'],
  ])('cannot say where there are %s', async (_, small, detail) => {
    expect(await invariantOf('no-false-decline', small)).toMatchObject({
      verdict: 'inconclusive',
      detail: containing(detail),
    });
  });
  convicts(
    'one that is seen, whatever is not known of the others',
    wallet([payment(1, 'declined'), unversioned, payment(3, 'declined', [], { key: 'm1', otherKey: 'u1' })]),
    { ops: [3] },
  );
});
