import { describe, expect, test } from 'vitest';

import { micros, type SmallHistory } from './a-history.ts';
import { invariantOf } from './judged.ts';
import { about, judging, order, restock } from './judging.ts';

const { acquits, convicts } = judging('answer-fits');
const stocked = { opening: { p: 10, q: 10 } };

const visited = (answer: string): SmallHistory => ({
  ...stocked,
  ops: [order(1, 0, 'confirmed', 5, { told: [[1, answer, 6]] })],
});
const payment = (answer: string, mode = 'full'): SmallHistory => ({
  domain: 'wallet',
  opening: { u1: 1_000, m1: 0 },
  ops: [{ op: 1, at: 0 }],
  decisions: [{ op: 1, key: 'u1', answer, mode, decided_at: micros(5) }],
});
const application = (answer: string, key = 'a1'): SmallHistory => ({
    domain: 'kyc',
    ops: [{ op: 1, at: 0 }, { op: 2, at: 0, key: 'a2', answers: [['review', 5]] }],
    decisions: [{ op: 1, key, answer, decided_at: micros(5) }],
  }); // prettier-ignore

describe('a shop’s words', () => {
  acquits('every word that is agreed, repeats and revocations among them', {
    ...stocked,
    ops: [
      order(1, 0, 'confirmed', 5),
      order(2, 0, 'sold_out', 5),
      order(3, 0, 'shed', 5, { mode: 'degraded' }),
      order(4, 0, 'rejected', 5),
      order(5, 0, 'cancelled_first', 5),
      order(6, 0, undefined, 0, { answers: [['confirmed', 5], ['revoked', 6], ['confirmed', 7]] }), // prettier-ignore
      about('cancellation', 7, 1, 6, 'cancelled', 7),
      about('cancellation', 8, 1, 6, 'refused', 7),
      about('return', 9, 1, 6, 'refused', 7),
      about('return', 10, 6, 6, 'credited', 8),
      restock(11, 0, 1, 'applied', 5),
      order(12, 0),
    ],
  });

  convicts(
    'a word that nobody knows',
    { ...stocked, ops: [order(1, 0, 'banana', 5)] },
    { key: 'p', ops: [1], at: micros(5), detail: 'order was answered banana, which is not an answer to it' },
  );
  convicts('an order that was applied', { ...stocked, ops: [order(1, 0, 'applied', 5)] }, { ops: [1] });
  convicts('a word in capitals', { ...stocked, ops: [order(1, 0, 'CONFIRMED', 5)] }, { ops: [1] });
  convicts('a cancellation that was revoked', {
    ...stocked,
    ops: [order(1, 0, 'confirmed', 5), { ...about('cancellation', 2, 1, 6), answers: [['cancelled', 7], ['revoked', 8]] }], // prettier-ignore
  }, { ops: [2] }); // prettier-ignore
  convicts(
    'an unknown word between two that are known',
    { ...stocked, ops: [order(1, 0, undefined, 0, { answers: [['confirmed', 5], ['lost', 6], ['sold_out', 7]] })] }, // prettier-ignore
    { ops: [1], detail: 'order was answered lost, which is not an answer to it' },
  );
  convicts('no word', { ...stocked, ops: [order(1, 0)], decisions: [{ op: 1, answer: null }] }, { ops: [1] });
});

describe('modes', () => {
  convicts(
    'a mode that nobody knows',
    { ...stocked, ops: [order(1, 0)], decisions: [{ op: 1, answer: 'confirmed', mode: 'crisis' }] },
    { ops: [1], detail: 'order was answered in the mode crisis; known modes: full and degraded' },
  );
  convicts(
    'no mode',
    { ...stocked, ops: [order(1, 0)], decisions: [{ op: 1, answer: 'confirmed', mode: null }] },
    { ops: [1] },
  );
  convicts(
    'the mode of an answer that came again',
    { ...stocked, ops: [order(1, 0, 'confirmed', 5)], decisions: [{ op: 1, answer: 'confirmed', mode: 'crisis' }] },
    { ops: [1] },
  );
});

describe('whose answer it is', () => {
  convicts(
    'an order confirmed for another product',
    { ...stocked, ops: [order(1, 0), order(2, 0, 'confirmed', 5, { key: 'q' })], decisions: [{ op: 1, answer: 'confirmed', key: 'q' }] }, // prettier-ignore
    { key: 'p', ops: [1], detail: 'order belongs to p but was answered under the key q' },
  );
  convicts(
    'a revocation for another product',
    { ...stocked, ops: [order(1, 0, 'confirmed', 5)], decisions: [{ op: 1, answer: 'revoked', key: 'q' }] },
    { ops: [1] },
  );
  convicts(
    'a product that nobody has',
    { ...stocked, ops: [order(1, 0)], decisions: [{ op: 1, answer: 'confirmed', key: 'zz' }] },
    { ops: [1] },
  );
  convicts(
    'no key',
    { ...stocked, ops: [order(1, 0)], decisions: [{ op: 1, answer: 'confirmed', key: null }] },
    { ops: [1], detail: 'order belongs to p but was answered under no key' },
  );
  convicts(
    'a decision of nobody',
    { ...stocked, ops: [order(1, 0, 'confirmed', 5)], decisions: [{ op: null, answer: 'confirmed' }] },
    { key: 'p', ops: [], detail: '1 decisions name no operation' },
  );
});

describe('what visitors are told', () => {
  acquits('what is agreed, and what is said at the door', visited('confirmed'), visited('pending'), visited('shed'));
  convicts(
    'a word that nobody knows',
    visited('maybe'),
    { ops: [1], at: micros(6), detail: 'order told its visitor maybe, which is not an answer to it' },
  ); // prettier-ignore
});

describe('the other businesses', () => {
  acquits('a payment and an application', payment('success'), payment('blocked', 'degraded'), application('approved'));
  test.each([
    ['a payment that was registered', payment('registered')],
    ['crisis as a mode', payment('success', 'crisis')],
    ['an approval in capitals', application('APPROVED')],
    ['an approval under another name', application('approved', 'a2')],
  ])('convicts %s', async (_, small) => {
    expect(await invariantOf('answer-fits', small)).toMatchObject({ verdict: 'fail', violations: 1 });
  });
});
