import { describe, expect } from 'vitest';

import { addMoney, bankDebit, bankReversal, credit, debit, payment, refund, review, wallet } from './a-wallet.ts';
import { judging } from './judging.ts';

const containing = (text: string): string => expect.stringContaining(text) as string;
const undecided = { consumed: false };
const nobody = (...effects: readonly object[]) =>
  wallet([payment(1, 'success')], { effects: effects.map((effect) => ({ op: null, ...effect })) });

describe('whose a row of the ledger is', () => {
  const { acquits, convicts } = judging('one-effect-per-payment');
  const other = { key: 'u2', paise: 70 };
  convicts(
    'two payments whose effects changed places',
    wallet([
      payment(1, 'success', [debit(70, 'u2'), credit(70)]),
      payment(2, 'success', [debit(100, 'u1'), credit(100)], other),
    ]),
    { detail: containing('wrong amount moved') },
    2,
  );
  convicts(
    'two of the same amount whose effects did',
    wallet([
      payment(1, 'success', [debit(100, 'u2'), credit()]),
      payment(2, 'success', [debit(), credit()], { key: 'u2' }),
    ]),
    { detail: containing('wrong account moved') },
    2,
  );
  convicts('another amount of what is not answered yet', wallet([payment(1, undefined, [debit(90)], undecided)]), {
    ops: [1],
    detail: 'payment of ₹1, answered nothing: wrong amount moved: ₹0.90',
  });
  convicts('another account of it', wallet([payment(1, undefined, [debit(100, 'u2')], undecided)]), {
    detail: containing('wrong account moved'),
  });
  convicts('another sign of it', wallet([payment(1, undefined, [debit(-100)], undecided)]), {
    detail: containing('wrong amount moved'),
  });
  convicts('a debit of our own where a bank was to give', wallet([addMoney(1, undefined, [debit()], undecided)]), {
    detail: containing('something else moved'),
  });
  convicts(
    'a bank that gave less back than it took, before the drain as well',
    wallet([addMoney(1, 'failed', [bankDebit(), bankReversal(90)])], { drainedAt: null }),
    { detail: containing('wrong amount moved') },
  );
  convicts(
    'a bank that gave it back to somebody else',
    wallet([addMoney(1, 'failed', [bankDebit(), { ...bankReversal(), key: 'b2' }])]),
    { detail: containing('wrong account moved') },
  );
  convicts(
    'a bank that gave it back twice, before the drain as well',
    wallet([addMoney(1, 'failed', [bankDebit(), bankReversal(), bankReversal()])], { drainedAt: null }),
    { detail: containing('2 reversals') },
  );
  convicts('a bank that gave back what it had not taken', wallet([addMoney(1, undefined, [bankReversal()])]), {
    detail: containing('the bank reversed a debit it never made'),
  });
  convicts(
    'a refund that was credited twice',
    wallet([payment(1, 'success'), refund(1)(2, 'success', [debit(100, 'm1'), credit(100, 'u1'), credit(100, 'u1')])]),
    { ops: [2], detail: containing('2 credits') },
  );
  convicts(
    'a refund of somebody else’s payment',
    wallet([payment(1, 'success', undefined, { key: 'u2' }), refund(1)(2, 'success')]),
    { ops: [1, 2], detail: 'refund of ₹1 of a payment that u1 did not make to m1' },
  );
  convicts(
    'a refund of more than was paid',
    wallet([payment(1, 'success'), refund(1)(2, 'success', undefined, { paise: 101 })]),
    {
      ops: [1, 2],
      detail: containing('was of ₹1'),
    },
  );
  acquits('a refund of a part', wallet([payment(1, 'success'), refund(1)(2, 'success', undefined, { paise: 40 })]));
  convicts('a row without an account', wallet([payment(1, 'success', [debit(), { ...credit(), key: null }])]), {
    detail: containing('wrong account moved'),
  });
  convicts(
    'a row without an amount',
    wallet([payment(1, 'success', [debit(), credit(), { leg: 'debit', delta: null }])]),
    {
      detail: containing('something else moved'),
    },
  );
  convicts(
    'a row that says another amount than it moves',
    wallet([payment(1, 'success', [debit(), { ...credit(), amount_paise: 99 }])]),
    { detail: containing('states a different amount from the one it moved') },
  );
  acquits(
    'rows that say their amount, or none',
    wallet([
      payment(1, 'success', [
        { ...debit(), amount_paise: 100 },
        { ...credit(), amount_paise: 0 },
      ]),
    ]),
  );
  convicts('a debit of nothing', wallet([payment(1, 'declined', [debit(0)])]), {
    ops: [1],
    detail: 'a ledger row that moves nothing that does not belong to its operation',
  });
  convicts(
    'a review of another payer’s payment',
    wallet([payment(1, 'success', [debit(), credit(), { ...review(), key: 'u2' }])]),
    { ops: [1], detail: 'a review that does not belong to its operation' },
  );
  convicts(
    'a review of what is no payment',
    wallet([addMoney(1, 'success', [bankDebit(), credit(100, 'u1'), review()])]),
    {
      detail: 'a review that does not belong to its operation',
    },
  );
  acquits(
    'a review that came twice, and one of a payment that did not succeed',
    wallet([
      payment(1, 'success', [debit(), credit(), review(), review()], { mode: 'degraded' }),
      payment(2, 'blocked', [review()]),
    ]),
  );
});

describe('what is nobody’s', () => {
  const { acquits, convicts } = judging('one-effect-per-payment');
  convicts(
    'money that moved between two accounts without an operation',
    nobody(debit(50, 'u2'), credit(50, 'u1')),
    { key: 'u1', ops: [], harm: 50, detail: '₹0.50 moved in 1 effects that name no operation' },
    2,
  );
  convicts('a bank that was debited for nobody', nobody(bankDebit()), { key: 'b1', harm: 100 });
  convicts('a review of nothing', nobody({ ...review(), key: 'u1' }), { key: 'u1', harm: 0 });
  convicts('what names neither an operation nor an account', nobody({ leg: 'debit', key: null, delta: -1 }), {
    harm: 1,
  });
  convicts(
    'a review of what nobody submitted',
    wallet([payment(1, 'success')], { effects: [{ op: 99, ...review(), key: 'u1' }] }),
    { ops: [99], detail: 'a review for an operation never submitted' },
  );
  acquits(
    'effects of what the broker acknowledged and lost',
    wallet([payment(1, 'success'), payment(2, 'success', [debit(), credit(), review()], { absent: true })]),
  );
});

describe('review-complete', () => {
  const { convicts } = judging('review-complete');
  convicts('any mode that is not full', wallet([payment(1, 'success', undefined, { mode: 'crisis' })]), { ops: [1] });
  convicts(
    'a payment whose review is of another payer',
    wallet([payment(1, 'success', [debit(), credit(), { ...review(), key: 'u2' }], { mode: 'degraded' })]),
    { ops: [1] },
  );
});
