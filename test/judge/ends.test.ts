import { describe, expect, test } from 'vitest';

import { inventory } from '../../harness/domains/inventory/index.ts';
import { exitCodeOf } from '../../harness/judge/verdict.ts';
import { micros, type SmallHistory } from './a-history.ts';
import { debit, credit, payment, wallet } from './a-wallet.ts';
import { invariantOf, judged } from './judged.ts';
import { order } from './judging.ts';

/** When a small history is closed, ms. */
const closedMs = 70_000;

describe('a drill that never drained', () => {
  const sound: readonly SmallHistory[] = [
    { opening: { p: 1 }, ops: [order(1, 0, 'confirmed', 5)], invariants: ['one-decision'] },
    { ...wallet([payment(1, 'success')]), invariants: ['answered-once'] },
    {
      domain: 'kyc',
      ops: [{ op: 1, at: 0, answers: [['approved', 5]] }],
      invariants: ['answered-once'],
    },
  ];
  test('is in doubt in every domain, with one line', async () => {
    for (const small of sound) {
      const judgement = await judged({ ...small, drainedAt: null });
      expect(exitCodeOf(judgement)).toBe(12);
      expect(judgement.notes[0]).toBe(
        'Not drained 10.0 s after the load, when the wait ended: later effects are unknown',
      );
      expect((await judged(small)).verdict).toBe('pass');
    }
  });

  test('says so where nothing but silence would have told', async () => {
    const target = { name: 'small', readModel: null, memoryLimitMiB: null, tellsItsEnd: false };
    const judgement = await judged({ ...sound[0], drainedAt: null, drill: { target } });
    expect(exitCodeOf(judgement)).toBe(12);
    expect(judgement.notes[0]).toContain('no consumer group, no backlog and no longest pause');
  });

  test('is the same where a history without consumer groups says that it was drained: silence may be a pause', async () => {
    const ops = [order(1, 0, 'confirmed', 5), order(2, 0)];
    const offsets = [0, 10].map((partition) => ({
      topic: 'order-events',
      role: 'input' as const,
      partition,
      start: 0,
      end: 1,
      committed: {},
    }));
    const small: SmallHistory = { opening: { p: 2 }, ops, invariants: ['no-lost-order', 'books-balance'] };
    const silent = await judged({ ...small, drainedAt: 60_500, drill: { offsets } });
    expect(exitCodeOf(silent)).toBe(12);
    expect(silent.notes[0]).toContain('Cannot tell whether the pipeline drained');
    const target = { name: 'small', readModel: null, memoryLimitMiB: null, tellsItsEnd: true };
    expect(exitCodeOf(await judged({ ...small, drainedAt: 60_500, drill: { offsets, target } }))).toBe(11);
  });

  test('is convicted of a counterexample all the same', async () => {
    const ops = [order(1, 0, 'confirmed', 5), order(2, 0, 'confirmed', 5)];
    const judgement = await judged({ opening: { p: 1 }, ops, invariants: ['no-overpromise'], drainedAt: null });
    expect(exitCodeOf(judgement)).toBe(11);
  });
});

const undrained = async (small: SmallHistory) =>
  (await judged({ ...small, drainedAt: null })).invariants.map(({ verdict }) => verdict);
describe('what the books of a pipeline hold that never drained', () => {
  test('is neither lost nor booked wrongly: its answer or its effect is yet to come', async () => {
    const shop: SmallHistory = {
      opening: { p: 10 },
      ops: [
        order(1, 0, 'confirmed', 5),
        order(2, 0, undefined, 0, { effects: [-1] }),
        order(3, 0, 'confirmed', 5, { quantity: 2, effects: [] }),
      ],
      invariants: ['no-lost-order', 'books-balance', 'effects-once'],
    };
    const purse: SmallHistory = {
      ...wallet([payment(1, undefined, [debit()]), payment(2, 'success', [debit()]), payment(3, 'success', [])]),
      invariants: ['no-lost-payment', 'one-effect-per-payment', 'money-conserved'],
    };
    for (const small of [shop, purse]) {
      expect(await undrained({ ...small, drill: { open: 2 } })).toEqual(['pass', 'pass', 'pass']);
      expect(await undrained({ ...small, drill: { open: 0 } })).toContain('fail');
      expect(await undrained(small)).toContain('fail');
    }
  });

  test('says nothing of what was done wrongly', async () => {
    const small = wallet([payment(1, 'declined', [debit(), credit()])], { invariants: ['one-effect-per-payment'] });
    expect(await undrained({ ...small, drill: { open: 2 } })).toEqual(['fail']);
  });

  test('is named by the effects of KYC, so that who is not is dropped', async () => {
    const small: SmallHistory = { domain: 'kyc', ops: [{ op: 1, at: 0, legs: [] }], invariants: ['kyc-none-dropped'] };
    expect(await undrained({ ...small, drill: { open: 2 } })).toEqual(['fail']);
  });
});

describe('what came after the end was read belongs to no verdict', () => {
  const every = inventory.invariants.filter(({ needs }) => !needs.includes('answers')).map(({ name }) => name);
  const shelf = { shelf: { p: 8 } };

  test('an order that was appended then, with all that came of it or did not', async () => {
    for (const late of [
      order(2, closedMs + 1_000),
      order(2, closedMs + 1_000, 'confirmed', closedMs + 1_010, { effects: [] }),
      order(2, closedMs + 1_000, undefined, 0, { effects: [-1] }),
    ]) {
      const judgement = await judged({
        opening: { p: 10 },
        left: { p: 8 },
        ...shelf,
        ops: [order(1, 0, 'confirmed', 5, { quantity: 2 }), late],
        invariants: every,
      });
      expect(judgement.invariants.map(({ verdict }) => verdict)).toEqual(every.map(() => 'pass'));
    }
  });

  test('it is no missing part of the history either', async () => {
    const ops = [order(1, 0, 'confirmed', 5), order(2, closedMs + 1_000)];
    const judgement = await judged({ opening: { p: 10 }, ops, invariants: ['one-decision'] });
    expect(judgement.notes).toEqual([]);
    expect(exitCodeOf(judgement)).toBe(0);
  });

  test('an order beyond the end of its partition, whatever its stamp', async () => {
    const drill = {
      offsets: [
        { topic: 'order-events', role: 'input' as const, partition: 0, start: 0, end: 1, committed: { inventory: 1 } },
        { topic: 'order-events', role: 'input' as const, partition: 10, start: 0, end: 0, committed: { inventory: 0 } },
      ],
    };
    const ops = [order(1, 0, 'confirmed', 5, { quantity: 2 }), order(2, 100)];
    const small: SmallHistory = { opening: { p: 10 }, ops, invariants: every, ...shelf };
    expect((await judged({ ...small, drill })).invariants.map(({ verdict }) => verdict)).toEqual(
      every.map(() => 'pass'),
    );
    expect((await judged(small)).invariants.find(({ name }) => name === 'no-lost-order')?.verdict).toBe('fail');
  });

  test('a decision that came then: its order is neither lost nor confirmed', async () => {
    const ops = [
      order(1, 0, 'confirmed', 5, { quantity: 2 }),
      order(2, 100, 'confirmed', closedMs + 1_000, { quantity: 20, effects: [] }),
    ];
    const judgement = await judged({ opening: { p: 10 }, left: { p: 8 }, ...shelf, ops, invariants: every });
    expect(judgement.invariants.map(({ verdict }) => verdict)).toEqual(every.map(() => 'pass'));
  });

  test('an effect that was committed then, on the clock of its store', async () => {
    const late = { op: 1, delta: -2, committed_at: micros(closedMs + 1_000), version: 9 };
    const small: SmallHistory = {
      opening: { p: 10 },
      left: { p: 8 },
      ops: [order(1, 0, 'confirmed', 5, { quantity: 2 })],
      effects: [late],
    };
    expect((await invariantOf('effects-once', small)).verdict).toBe('pass');
    const inTime = { ...late, committed_at: micros(closedMs - 1_000) };
    expect((await invariantOf('effects-once', { ...small, effects: [inTime] })).verdict).toBe('fail');
    // A store that is ten seconds ahead has committed in time what it stamps after the end.
    const ahead = [
      { op: 1, delta: -2, committed_at: micros(10_005) },
      { op: 1, delta: -2, committed_at: micros(closedMs + 1_000) },
    ];
    const twice = { ...small, ops: [order(1, 0, 'confirmed', 5, { quantity: 2, effects: [] })], effects: ahead };
    expect((await invariantOf('effects-once', twice)).verdict).toBe('fail');
  });

  test('one effect with a time long before the drill makes no other late', async () => {
    const ops = [payment(1, 'success'), payment(2, 'success'), payment(3, 'declined', [debit(), credit()])];
    const early = { op: 1, leg: 'review', delta: 0, key: 'u1', committed_at: micros(-closedMs - 1_000) };
    expect(await invariantOf('one-effect-per-payment', wallet(ops, { effects: [early] }))).toMatchObject({
      verdict: 'fail',
      examples: [{ ops: [3] }],
    });
    // A store that is as far behind has committed after the end what it stamps so.
    const behind = [debit(), credit()].map((leg) => ({ ...leg, committed_at: micros(-10_000) }));
    const late = { op: 1, ...debit(), committed_at: micros(closedMs - 9_000) };
    const slow = wallet([payment(1, 'success', behind)], { effects: [late] });
    expect((await invariantOf('one-effect-per-payment', slow)).verdict).toBe('pass');
  });

  test("a wallet's entry that was committed then makes no book wrong", async () => {
    const late = { op: 1, leg: 'debit', key: 'u1', delta: -100, committed_at: micros(closedMs + 1_000) };
    for (const left of [{ u1: 900, u2: 1_000, m1: 1_100 }, {}]) {
      const names = ['ledger-equals-balance', 'one-effect-per-payment', 'money-conserved'];
      const judgement = await judged({ ...wallet([payment(1, 'success')]), left, effects: [late], invariants: names });
      expect(judgement.invariants.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass']);
    }
  });

  test('an application that came then is not dropped', async () => {
    const small: SmallHistory = {
      domain: 'kyc',
      ops: [
        { op: 1, at: 0, answers: [['approved', 5]] },
        { op: 2, at: closedMs + 10 },
      ],
    };
    expect((await invariantOf('kyc-none-dropped', small)).verdict).toBe('pass');
  });
});

test('a key that only the catalogue names, which nobody asked for, breaks no book', async () => {
  const small: SmallHistory = {
    opening: { p: 1 },
    shelf: { p: 0 },
    ops: [order(1, 0, 'confirmed', 5)],
    catalogued: ['never-stocked'],
  };
  for (const name of ['books-balance', 'shelf-truth', 'no-oversell', 'no-undersell'])
    expect((await invariantOf(name, small)).verdict).toBe('pass');
  const stocked = { ...small, opening: { p: 1, 'never-stocked': 3 }, left: { p: 0, 'never-stocked': null } };
  expect((await invariantOf('books-balance', stocked)).verdict).toBe('fail');
  const ofWallet = wallet([payment(1, 'success')], { catalogued: ['u99'] });
  expect((await invariantOf('ledger-equals-balance', ofWallet)).verdict).toBe('pass');
});
