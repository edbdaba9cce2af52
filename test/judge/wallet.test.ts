import { describe, expect, test } from 'vitest';

import { addMoney, bankDebit, bankReversal, credit, debit, payment, refund, review, wallet } from './a-wallet.ts';
import { invariantOf, judged } from './judged.ts';
import { judging } from './judging.ts';
import { sample } from './samples.ts';

const containing = (text: string): string => expect.stringContaining(text) as string;
const unseen = { consumed: false };
const answered = (answer: string, at: number) => ({ answers: [[answer, at] as const] });

const conserved = async (...history: Parameters<typeof wallet>) => invariantOf('money-conserved', wallet(...history));

const atVersion = (version: number) => ({ version });

const unordered = (paise: number) =>
  invariantOf(
    'no-negative-balance',
    wallet([
      payment(1, 'success', [
        { ...debit(paise), version: null },
        { ...credit(9_000, 'u1'), version: null },
      ]),
    ]),
  );

const inside = (end: number) => ({
  drainedAt: null,
  drill: {
    offsets: [
      { topic: 'upi-transactions', role: 'input' as const, partition: 0, start: 0, end: 1, committed: { wallet: 1 } },
      { topic: 'credits', role: 'internal' as const, partition: 0, start: 0, end, committed: { credits: 3 } },
    ],
  },
});

const twice = (first: string, second: string) =>
  wallet([
    payment(1, undefined, [], {
      at: [0, 3],
      answers: [
        [first, 5],
        [second, 9],
      ],
    }),
  ]);

const undrainedReview = (legs: readonly object[]) =>
  invariantOf('review-complete', wallet([payment(1, 'success', legs, { mode: 'degraded' })], { drainedAt: null }));

describe('money-conserved', () => {
  const { acquits, convicts } = judging('money-conserved');
  acquits(
    'whatever gives to one account what it takes from another',
    wallet([payment(1, 'success'), addMoney(2, 'success'), refund(1)(3, 'success'), payment(4, 'declined')]),
  );
  acquits('money that the bank took and gave back', wallet([addMoney(1, 'failed', [bankDebit(), bankReversal()])]));
  convicts('a debit whose credit never came', wallet([payment(1, 'success', [debit()])]), {
    ops: [1],
    key: 'u1',
    harm: 100,
    detail: 'payment of ₹1, answered success: ₹1 left u1 and never arrived',
  });
  acquits(
    'a debit whose credit may be under way, before the drain',
    wallet([payment(1, 'success', [debit()])], { drainedAt: null }),
  );
  convicts(
    'a credit that no debit paid for, before the drain as well',
    wallet([payment(1, 'success', [credit()])], { drainedAt: null }),
    { ops: [1], detail: containing('₹1 arrived from nowhere') },
  );
  acquits(
    'a credit whose debit some group may be yet to book',
    wallet([payment(1, undefined, [credit()], unseen)], { drainedAt: null }),
  );
  convicts('money that the bank took for what failed', wallet([addMoney(1, 'failed', [bankDebit()])]), {
    ops: [1],
    detail: containing('₹1 left the bank and never arrived'),
  });
  acquits(
    'money that the bank took where nobody knows yet what became of it',
    wallet([payment(1, 'success'), addMoney(2, undefined, [bankDebit()])]),
  );
  convicts('money in a wallet that no bank gave', wallet([addMoney(1, 'success', [credit(100, 'u1')])]), {
    ops: [1],
    detail: containing('arrived from nowhere'),
  });
  convicts(
    'an audit that was ever off, by its worst look',
    wallet([payment(1, 'success')], {
      audits: ['shard-0'],
      samples: [
        sample('audit', 'shard-0', 1, 0),
        sample('audit', 'shard-0', 2, -250),
        sample('audit', 'shard-0', 3, 9),
      ],
    }),
    { key: 'shard-0', harm: 250, detail: 'the audit shard-0 was off by up to −₹2.50, in 2 of 3 checks' },
  );
  convicts(
    'what is left in transit after the drain',
    wallet([payment(1, 'success')], { opening: { u1: 1_000, m1: 1_000, transit: 0 }, left: { transit: -300 } }),
    { key: 'transit', harm: 300 },
  );
  acquits(
    'what is in transit before it',
    wallet([payment(1, 'success')], {
      opening: { u1: 1_000, m1: 1_000, transit: 0 },
      left: { transit: -300 },
      drainedAt: null,
    }),
  );
  convicts(
    'balances that grew without a word in the ledger',
    wallet([payment(1, 'success')], { left: { u2: 1_500 } }),
    {
      key: 'all customers',
      harm: 500,
      detail: "customers hold ₹5 more than their opening balances, the bank's transfers and all movements add up to",
    },
  );
  acquits(
    'balances that grew by what the bank gave, a newcomer’s among them',
    wallet([addMoney(1, 'success', [bankDebit(), credit(100, 'u9')], { key: 'u9' })], {
      opening: { u1: 1_000, m1: 1_000 },
      left: { u9: 100 },
    }),
  );

  test('cannot say where an audit was named and never sampled', async () => {
    expect(await conserved([payment(1, 'success')], { audits: ['shard-0', 'shard-1'] })).toMatchObject({
      verdict: 'inconclusive',
      detail: 'never sampled: the audit shard-0',
    });
    expect(await conserved([payment(1, 'success', [debit()])], { audits: ['shard-0'] })).toMatchObject({
      verdict: 'fail',
    });
  });
  test('cannot say without balances', async () => {
    expect(await conserved([payment(1, 'success')], { opening: {} })).toMatchObject({ verdict: 'inconclusive' });
    expect(await conserved([payment(1, 'success')], { opening: { u1: 1_000 }, left: { u1: null } })).toMatchObject({
      verdict: 'inconclusive',
      detail: 'the history has no closing balances',
    });
  });
});

describe('one-effect-per-payment', () => {
  const { acquits, convicts } = judging('one-effect-per-payment');
  acquits(
    'successes that moved their amount, and other answers that moved nothing',
    wallet([
      payment(1, 'success'),
      addMoney(2, 'success'),
      refund(1)(3, 'success'),
      payment(4, 'declined'),
      payment(5, 'blocked'),
      payment(6, 'failed'),
      payment(7, 'shed'),
      addMoney(8, 'failed', [bankDebit(), bankReversal()]),
      payment(9, undefined, [debit(), credit()], unseen),
    ]),
  );
  convicts(
    'a payment that was told failed and moved, before whatever else is wrong',
    wallet([payment(1, 'failed', [debit(), credit()]), payment(2, 'success', [], { paise: 1_23_45_678_90, at: 1 })]),
    { ops: [1], detail: 'TOLD FAILED, AND THE MONEY MOVED: payment of ₹1, ₹1 left u1 and ₹1 reached m1' },
    2,
  );
  for (const answer of ['declined', 'shed', 'rejected', 'blocked'])
    convicts(`one that was told ${answer} and moved`, wallet([payment(1, answer, [debit(), credit()])]), {
      ops: [1],
      detail: containing(`TOLD ${answer.toUpperCase()}, AND THE MONEY MOVED`),
    });
  convicts(
    'a debit alone of what was told failed, before the drain as well',
    wallet([payment(1, 'failed', [debit()])], { drainedAt: null }),
    { detail: containing('₹1 left u1') },
  );
  convicts(
    'a debit at the bank that was told failed and never given back',
    wallet([addMoney(1, 'failed', [bankDebit()])]),
    { detail: 'TOLD FAILED, AND THE MONEY MOVED: add_money of ₹1, ₹1 left the bank' },
  );
  acquits(
    'one whose reversal may be under way, before the drain',
    wallet([addMoney(1, 'failed', [bankDebit()])], { drainedAt: null }),
  );
  acquits(
    'a debit at the bank of which nobody knows yet what became of it',
    wallet([payment(1, 'success'), addMoney(2, undefined, [bankDebit()])]),
  );
  convicts('a payment that was booked twice', wallet([payment(1, 'success', [debit(), credit(), debit(), credit()])]), {
    ops: [1],
    harm: 100,
    detail: 'payment of ₹1, answered success, moved again: 2 debits, 2 credits',
  });
  convicts(
    'a credit that came twice, whatever was told',
    wallet([payment(1, undefined, [debit(), credit(), credit()], unseen)]),
    { detail: 'payment of ₹1, answered nothing, moved again: 2 credits' },
  );
  convicts(
    'a reversal that came twice',
    wallet([addMoney(1, 'failed', [bankDebit(), bankReversal(), bankReversal()])]),
    { detail: containing('TOLD FAILED') },
  );
  convicts('a success that moved nothing', wallet([payment(1, 'success', [])]), {
    detail: containing('nothing moved'),
  });
  acquits(
    'one whose effects some group is yet to book',
    wallet([payment(1, 'success', [], { at: [0, 1], consumed: [true, false] })], { drainedAt: null }),
  );
  convicts('a success that credited nobody', wallet([payment(1, 'success', [debit()])]), {
    detail: 'payment of ₹1, answered success: m1 was not credited',
  });
  acquits(
    'one whose credit is under way, before the drain',
    wallet([payment(1, 'success', [debit()])], { drainedAt: null }),
  );
  convicts('a success that debited nobody', wallet([payment(1, 'success', [credit()])]), {
    detail: containing('u1 was not debited'),
  });
  convicts('money added that the bank was not asked for', wallet([addMoney(1, 'success', [credit(100, 'u1')])]), {
    detail: containing('the bank was not debited'),
  });
  convicts(
    'money added that the bank gave back',
    wallet([addMoney(1, 'success', [bankDebit(), credit(100, 'u1'), bankReversal()])]),
    { detail: containing('reversed by the bank') },
  );
  convicts('another amount', wallet([payment(1, 'success', [debit(90), credit(90)])]), {
    detail: containing('wrong amount moved: ₹0.90'),
  });
  convicts(
    'a payment that took from the payee',
    wallet([payment(1, 'success', [debit(100, 'm1'), credit(100, 'u1')])]),
    { detail: containing('wrong account moved') },
  );
  convicts('a payment the wrong way round', wallet([payment(1, 'success', [debit(-100), credit(-100)])]), {
    detail: containing('wrong amount moved'),
  });
  convicts(
    'a debit at somebody else’s bank account',
    wallet([addMoney(1, 'success', undefined, { otherKey: 'b2', legs: [bankDebit(), credit(100, 'u1')] })]),
    {
      detail: containing('wrong account moved'),
    },
  );
  convicts(
    'a leg that nobody asked for',
    wallet([payment(1, 'success', [debit(), credit(), { leg: 'fee', delta: -1 }])]),
    {
      detail: containing('something else moved'),
    },
  );
  convicts('another payee', wallet([payment(1, 'success', [debit(), credit(100, 'u2')])]), {
    detail: containing('wrong account moved'),
  });
  convicts(
    'a second refund of one payment',
    wallet([payment(1, 'success'), refund(1)(2, 'success'), refund(1)(3, 'success')]),
    { ops: [1, 3], detail: 'refund of ₹1 of a payment that was refunded before' },
  );
  convicts('a refund of what was declined', wallet([payment(1, 'declined'), refund(1)(2, 'success')]), {
    ops: [1, 2],
    detail: containing('was answered declined'),
  });
  convicts(
    'a refund of what nobody submitted',
    wallet([payment(1, undefined, [], { absent: true, outcome: 'failed' }), refund(1)(2, 'success')]),
    { ops: [1, 2], detail: containing('was never submitted') },
  );
  acquits(
    'refunds of payments whose outcome is not known, or that the broker lost',
    wallet([
      payment(1, undefined, [debit(), credit()], unseen),
      refund(1)(2, 'success'),
      payment(3, undefined, [], { absent: true, outcome: 'ok' }),
      refund(3)(4, 'success'),
      refund(1)(5, 'declined'),
    ]),
  );
  convicts(
    'effects of what nobody submitted',
    wallet([payment(1, 'success')], {
      effects: [
        { op: 99, ...debit() },
        { op: 99, ...credit() },
      ],
    }),
    { ops: [99], harm: 200 },
  );
  acquits(
    'a retry of the client that was answered the same again',
    wallet([
      payment(1, undefined, [debit(), credit()], {
        at: [0, 3],
        answers: [
          ['success', 5],
          ['success', 9],
        ],
      }),
    ]),
  );
});

describe('no-negative-balance', () => {
  const { acquits, convicts } = judging('no-negative-balance');
  const income = { ...credit(500, 'u1'), ...atVersion(2) };
  acquits(
    'an account that was emptied and no more, by the order of its versions',
    wallet([payment(1, 'success', [{ ...debit(1_500), ...atVersion(3) }]), payment(2, 'success', [income])]),
  );
  convicts(
    'an account that spent before the money came',
    wallet([payment(1, 'success', [{ ...debit(1_500), ...atVersion(1) }]), payment(2, 'success', [income])]),
    { key: 'u1', ops: [1], harm: 500, detail: 'down to −₹5, below zero after 1 of its changes' },
  );
  acquits(
    'changes of one version, which count together',
    wallet([payment(1, 'success', [{ ...debit(1_500), ...atVersion(2) }]), payment(2, 'success', [income])]),
  );
  convicts(
    'two payments that both passed the check, one store at a time',
    wallet([
      payment(1, 'success', [{ ...debit(800), store: 'shard-0' }]),
      payment(2, 'success', [{ ...credit(9_000, 'u1'), store: 'shard-1' }]),
    ]),
    { key: 'u1', harm: 800 },
  );
  convicts(
    'a closing balance below zero that no ledger tells of',
    wallet([payment(1, 'success')], { left: { m1: -5 } }),
    { key: 'm1', harm: 5, detail: 'the balance is −₹0.05' },
  );
  acquits('the bank’s accounts, which open with nothing', wallet([addMoney(1, 'success')]));
  test('cannot say of changes without versions, unless they cannot have gone below zero', async () => {
    expect(await unordered(1_001)).toMatchObject({
      verdict: 'inconclusive',
      detail: 'changes without a version on 1 accounts that may have been below zero',
    });
    expect(await unordered(1_000)).toMatchObject({ verdict: 'pass' });
  });
});

describe('no-lost-payment', () => {
  const { acquits, convicts } = judging('no-lost-payment');
  convicts(
    'a payment that was consumed and never answered, and says that it moved',
    wallet([payment(1, undefined, [debit()])]),
    { ops: [1], detail: 'payment of ₹1 was consumed but never answered, though it moved money' },
  );
  convicts('a registration too', wallet([payment(1, undefined, [], { kind: 'registration', paise: 0 })]), {
    detail: 'registration was consumed but never answered',
  });
  acquits('what was not consumed at the deadline', wallet([payment(1, undefined, [], unseen)]));
  acquits('what may wait inside the pipeline', wallet([payment(1, undefined, [debit()])], inside(4)));
  convicts('what does not, as nothing waits there', wallet([payment(1, undefined, [debit()])], inside(3)), {
    ops: [1],
  });
});

describe('answered-once', () => {
  const { acquits, convicts } = judging('answered-once');
  convicts('a payment that failed first and then did not', twice('failed', 'success'), {
    ops: [1],
    detail: 'payment was answered failed and success; the first was failed',
  });
  acquits('the same answer twice', twice('declined', 'declined'));
});

describe('no-phantom-decision', () => {
  const { convicts } = judging('no-phantom-decision');
  convicts(
    'a decision on what nobody submitted',
    wallet([payment(1, 'success')], { decisions: [{ op: 99, key: 'u1', answer: 'success', decided_at: 1 }] }),
    { ops: [99] },
  );
});

describe('no-false-decline', () => {
  const { acquits, convicts } = judging('no-false-decline');
  const income = (at: number, paise = 500) => payment(9, 'success', [credit(paise, 'u1')], answered('success', at));
  const dear = { paise: 1_500 };
  acquits('what the payer never had', wallet([payment(1, 'declined', [], { paise: 1_001 })]));
  convicts('what the payer had all the while', wallet([payment(1, 'declined', [], { paise: 1_000 })]), {
    key: 'u1',
    ops: [1],
    harm: 1_000,
    detail: 'payment of ₹10 was declined, but u1 had at least ₹10 throughout',
  });
  acquits(
    'what came a second before or after, or in between',
    ...[4_500, 6_000, 8_900].map((at) =>
      wallet([income(at), payment(1, 'declined', [], { ...dear, at: 5_000, ...answered('declined', 8_000) })]),
    ),
  );
  convicts(
    'what came well before',
    wallet([income(3_900), payment(1, 'declined', [], { ...dear, at: 5_000, ...answered('declined', 8_000) })]),
    { ops: [1], detail: containing('u1 had at least ₹15') },
  );
  acquits(
    'what was there before and after, and not for a moment in between',
    wallet([
      payment(8, 'success', [{ ...debit(900), ...atVersion(1) }], answered('success', 5_000)),
      payment(9, 'success', [{ ...credit(900, 'u1'), ...atVersion(2) }], answered('success', 5_001)),
      payment(1, 'declined', [], { paise: 900, at: 2_000, ...answered('declined', 9_000) }),
    ]),
  );
  // One transaction: one time, and only the versions tell which change was last.
  const spent = Array.from({ length: 24 }, (_, i) =>
    payment(100 + i, 'success', [{ ...debit(40), ...atVersion(24 - i) }], answered('success', 5)),
  );
  acquits(
    'what the changes of one transaction have left too little for',
    wallet([...spent, payment(1, 'declined', [], { paise: 41, at: 5_000, ...answered('declined', 8_000) })]),
  );
  acquits(
    'a mule, and a payee whom nobody knows',
    wallet([payment(1, 'declined')], { categories: { u1: 'mule' } }),
    wallet([payment(1, 'declined', [], { otherKey: 'u9' })]),
  );
  const paid = payment(1, 'success');
  const late = { at: 6, ...answered('declined', 9) };
  convicts('a refund that the merchant could pay', wallet([paid, refund(1)(2, 'declined', [], late)]), {
    key: 'm1',
    ops: [2],
    detail: containing('m1 had at least ₹10'),
  });
  acquits(
    'a refund that came before its payment was answered, of another amount, or the second of two',
    wallet([paid, refund(1)(2, 'declined', [], { ...late, at: 5 })]),
    wallet([paid, refund(1)(2, 'declined', [], { ...late, paise: 99 })]),
    wallet([paid, refund(1)(2, 'declined', [], late), refund(1)(3, 'success', undefined, { at: 6 })]),
  );
  acquits('a bank of whose account nothing is known', wallet([addMoney(1, 'declined')]));
  convicts('a bank whose account had it', wallet([addMoney(1, 'declined')], { opening: { u1: 0, b1: 100 } }), {
    key: 'u1',
    ops: [1],
    detail: containing('b1 had at least ₹1'),
  });
});

describe('ledger-equals-balance', () => {
  const { acquits, convicts } = judging('ledger-equals-balance');
  acquits(
    'balances that their changes add up to, a newcomer’s and an emptied one’s too',
    wallet([payment(1, 'success', [debit(1_000), credit(1_000, 'u9')])], { left: { u9: 1_000 } }),
  );
  convicts('a balance that forgot a change', wallet([payment(1, 'success')], { left: { u1: 1_000 } }), {
    key: 'u1',
    harm: 100,
    detail: '₹10 at the start plus −₹1 in the ledger is ₹9, but the balance is ₹10',
  });
  convicts('an account that is gone', wallet([payment(1, 'success')], { left: { u2: null } }), {
    key: 'u2',
    detail: containing('but the account is gone'),
  });
  convicts('a lost account of a newcomer who was paid', wallet([payment(1, 'success', [debit(), credit(100, 'u9')])]), {
    key: 'u9',
    harm: 100,
  });
  acquits('what the bank keeps of its own', wallet([addMoney(1, 'success')]));
});

describe('blocked-stays-blocked', () => {
  const { acquits, convicts } = judging('blocked-stays-blocked');
  const mule = { categories: { u1: 'mule' } };
  convicts('a payment by a mule that was let through', wallet([payment(1, 'success')], mule), {
    ops: [1],
    harm: 100,
    detail: 'payment of ₹1 by a mule, answered success, moved money',
  });
  convicts('one that was answered blocked and moved', wallet([payment(1, 'blocked', [debit(), credit()])]), {
    detail: 'payment of ₹1, answered blocked, moved money',
  });
  acquits('a mule that was blocked, shed, or answered nothing', wallet([payment(1, 'blocked'), payment(2)], mule));
});

describe('review-complete', () => {
  const { acquits, convicts } = judging('review-complete');
  const degraded = { mode: 'degraded' } as const;
  convicts(
    'a payment that was let through in crisis mode and never looked at',
    wallet([payment(1, 'success', undefined, degraded), payment(2, 'success', undefined, degraded)]),
    { detail: 'payment of ₹1 was let through in degraded mode but never reviewed' },
    2,
  );
  acquits(
    'one that was, one of full mode, and one that moved nothing',
    wallet([
      payment(1, 'success', [debit(), credit(), review()], degraded),
      payment(2, 'success'),
      payment(3, 'declined', undefined, degraded),
    ]),
  );
  acquits(
    'one whose answer of full mode came again in degraded mode',
    wallet([payment(1, undefined, [debit(), credit()], { answers: [['success', 5]] })], {
      decisions: [{ op: 1, key: 'u1', answer: 'success', mode: 'degraded', decided_at: 1_700_000_000_009_000 }],
    }),
  );
  test('cannot say before the drain, unless nothing is missing', async () => {
    expect(await undrainedReview([debit(), credit()])).toMatchObject({
      verdict: 'inconclusive',
      detail: 'not drained: 1 reviews may still come',
    });
    expect(await undrainedReview([debit(), credit(), review()])).toMatchObject({ verdict: 'pass' });
  });
});

test('what it cost, in paise', async () => {
  const { impact, service } = await judged(
    wallet(
      [
        payment(1, 'success'),
        payment(2, 'failed', [debit(), credit()]),
        payment(3, 'success', [debit(200)], { paise: 200 }),
        payment(4, 'success', [debit(), credit(), credit(), credit()]),
        payment(5, 'success', undefined, { key: 'u2', paise: 300 }),
        payment(6),
        addMoney(7, undefined, [bankDebit(400)], { paise: 400 }),
        payment(8, 'declined', [], { paise: 9_999 }),
        payment(10, 'declined', [], { otherKey: 'u2', paise: 50 }),
        refund(8)(9, 'success'),
      ],
      { categories: { u2: 'mule' } },
    ),
  );
  const figures = Object.fromEntries(impact.map(({ name, value }) => [name, value]));
  expect(figures).toEqual({
    toldFailedMovedPaise: 100,
    toldFailedMovedOperations: 1,
    lostPaise: 200,
    lostOperations: 1,
    madePaise: 200,
    madeOperations: 1,
    movedAgainPaise: 200,
    movedAgainOperations: 1,
    refundedWronglyPaise: 100,
    refundedWronglyOperations: 1,
    blockedWronglyPaise: 0,
    blockedWronglyOperations: 0,
    mulesPaise: 300,
    mulesOperations: 1,
    declinedWronglyPaise: 50,
    declinedWronglyOperations: 1,
    unansweredPaise: 500,
    unansweredOperations: 2,
    inFlightPaise: 400,
    paidPaise: 700,
    paidShare: 4 / 8,
    declinedShare: 2 / 8,
    failedShare: 1 / 8,
  });
  // Answered wrongly: all but the first, the unanswered one, and the one declined for insufficient funds.
  expect(service.counts).toMatchObject({ correct: 2, wrong: 5, timedOut: 1 });
});
