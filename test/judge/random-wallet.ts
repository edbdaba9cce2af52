import * as fc from 'fast-check';

import type { Row } from '../../harness/history/schema.ts';
import type { SmallHistory, SmallOp } from './a-history.ts';
import { bankDebit, bankReversal, credit, debit, review } from './a-wallet.ts';
import { answeredInTime } from './answered-in-time.ts';

type Mutable<Value> = { -readonly [Member in keyof Value]: Value[Member] };
type Leg = Partial<Row<'effects'>>;
type Draft = Mutable<SmallOp> & { legs: Leg[] };

const users = ['u1', 'u2', 'u3'] as const;
/** u3 is a mule. */
const categories = { u3: 'mule' } as const;

/** Requests to a wallet: few accounts, little money, many ties. */
const wish = fc.record({
  kind: fc.constantFrom<NonNullable<SmallOp['kind']>[]>('payment', 'payment', 'payment', 'add_money', 'refund'),
  payer: fc.constantFrom(...users),
  payee: fc.constantFrom('m1', 'm2', 'u1', 'u2'),
  paise: fc.integer({ min: 1, max: 4 }),
  at: fc.integer({ min: 0, max: 12 }),
  /** The payment it refers to, among those of the wish list. */
  about: fc.nat(),
  handledAfter: fc.integer({ min: 0, max: 6 }),
  loggedAfter: fc.integer({ min: 0, max: 3 }),
  /** The credit comes from another shard. */
  creditAfter: fc.integer({ min: 0, max: 4 }),
  bank: fc.constantFrom('gives', 'gives', 'refuses', 'takes it back', 'is not heard of'),
  pressedAgainAfter: fc.option(fc.integer({ min: 0, max: 5 }), { freq: 4, nil: null }),
  answeredAgainAfter: fc.option(fc.integer({ min: 0, max: 5 }), { freq: 4, nil: null }),
  isDegraded: fc.boolean(),
});
type Wish = typeof wish extends fc.Arbitrary<infer Value> ? Value : never;

/**
 * What a sound wallet leaves behind: it handles operations one at a time in any order, once each; credits and the bank's
 * reversals come later; it may be stopped before it has seen everything.
 */
export const soundWallet: fc.Arbitrary<SmallHistory> = fc
  .record({
    wishes: fc.array(wish, { minLength: 1, maxLength: 20 }),
    opening: fc.record({
      u1: fc.integer({ min: 0, max: 8 }),
      u2: fc.integer({ min: 0, max: 8 }),
      u3: fc.constant(5),
      m1: fc.integer({ min: 0, max: 3 }),
      m2: fc.constant(0),
    }),
    /** Nothing happens after this; never, if it is drained. */
    stopsAt: fc.option(fc.integer({ min: 4, max: 24 }), { freq: 2, nil: Infinity }),
  })
  .map(({ wishes, opening, stopsAt }) => new Wallet(wishes, opening, stopsAt).run());

class Wallet {
  readonly #wishes: readonly Wish[];
  readonly #opening: Readonly<Record<string, number>>;
  readonly #stopsAt: number;
  readonly #drafts: readonly Draft[];
  readonly #left: Record<string, number>;
  /** What is to happen, in no order. */
  readonly #due: { readonly at: number; readonly act: () => void }[] = [];
  readonly #refundable = new Map<number, boolean>();
  #versions = 0;

  constructor(wishes: readonly Wish[], opening: Readonly<Record<string, number>>, stopsAt: number) {
    this.#wishes = wishes;
    this.#opening = opening;
    this.#stopsAt = stopsAt;
    this.#left = { ...opening };
    this.#drafts = wishes.map((one, index) => draftOf(one, index, wishes));
  }

  run(): SmallHistory {
    for (const [index, one] of this.#wishes.entries()) {
      const draft = this.#drafts[index] as Draft;
      draft.consumed = false;
      this.#due.push({ at: one.at + one.handledAfter, act: () => this.#handle(draft, one) });
    }
    for (;;) {
      const next = this.#due.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > this.#stopsAt) break;
      this.#due.splice(this.#due.indexOf(next), 1);
      next.act();
    }
    const isDrained = this.#due.length === 0 && this.#drafts.every(({ consumed }) => consumed !== false);
    return {
      domain: 'wallet',
      opening: this.#opening,
      left: this.#left,
      categories,
      ops: this.#drafts,
      drainedAt: isDrained ? 1_000 : null,
    };
  }

  #book(draft: Draft, leg: Leg): void {
    this.#versions += 1;
    draft.legs.push({ ...leg, version: this.#versions });
    if (leg.store !== 'bank') this.#left[leg.key ?? ''] = (this.#left[leg.key ?? ''] ?? 0) + (leg.delta ?? 0);
  }

  #later(after: number, one: Wish, act: () => void): void {
    if (after === 0) act();
    else this.#due.push({ at: one.at + one.handledAfter + after, act });
  }

  #handle(draft: Draft, one: Wish): void {
    const answer = draft.kind === 'add_money' ? this.#add(draft, one) : this.#pay(draft, one);
    // Operations with an unknown outcome stay uncommitted.
    if (answer === null) return;
    delete draft.consumed;
    const at = one.at + one.handledAfter + one.loggedAfter;
    draft.answers = [
      [answer, at],
      ...(one.answeredAgainAfter === null ? [] : [[answer, at + one.answeredAgainAfter] as const]),
    ];
    if (one.isDegraded) draft.mode = 'degraded';
    if (one.isDegraded && answer === 'success' && draft.kind === 'payment')
      this.#later(one.creditAfter, one, () => {
        this.#versions += 1;
        // Without one it would get its row's position in the history, which differs when histories are judged together.
        draft.legs.push({ ...review(), key: draft.key ?? null, version: this.#versions });
      });
  }

  #pay(draft: Draft, one: Wish): string {
    const { key = '', otherKey = '', paise = 0 } = draft;
    if (draft.kind === 'refund') {
      if (this.#refundable.get(draft.of ?? 0) !== true) return 'declined';
    } else if (key in categories) return 'blocked';
    if ((this.#left[key] ?? 0) < paise) return 'declined';
    this.#refundable.set(draft.kind === 'refund' ? (draft.of ?? 0) : draft.op, draft.kind !== 'refund');
    this.#book(draft, debit(paise, key));
    this.#later(one.creditAfter, one, () => this.#book(draft, credit(paise, otherKey ?? '')));
    return 'success';
  }

  #add(draft: Draft, one: Wish): string | null {
    const { key = '', paise = 0 } = draft;
    if (one.bank === 'refuses') return 'declined';
    this.#book(draft, bankDebit(paise));
    if (one.bank === 'is not heard of') return null;
    if (one.bank === 'gives') {
      this.#book(draft, credit(paise, key));
      return 'success';
    }
    this.#later(one.creditAfter, one, () => this.#book(draft, bankReversal(paise)));
    return 'failed';
  }
}

function draftOf(one: Wish, index: number, wishes: readonly Wish[]): Draft {
  const at = one.pressedAgainAfter === null ? one.at : [one.at, one.at + one.pressedAgainAfter];
  const toMerchants = wishes.flatMap(({ kind, payee }, of) =>
    kind === 'payment' && payee.startsWith('m') ? [of] : [],
  );
  const of = toMerchants[one.about % Math.max(1, toMerchants.length)];
  const subject = of === undefined ? undefined : wishes[of];
  if (one.kind === 'refund' && subject !== undefined)
    return {
      op: index + 1,
      kind: 'refund',
      key: subject.payee,
      otherKey: subject.payer,
      paise: subject.paise,
      of: (of ?? 0) + 1,
      at,
      legs: [],
    };
  if (one.kind === 'add_money')
    return { op: index + 1, kind: 'add_money', key: one.payer, otherKey: 'b1', paise: one.paise, at, legs: [] };
  const payee = one.payee === one.payer ? 'm1' : one.payee;
  return { op: index + 1, kind: 'payment', key: one.payer, otherKey: payee, paise: one.paise, at, legs: [] };
}

/** One falsification of a history, or one harm done to it. */
const tampering = fc.record({
  how: fc.constantFrom(
    'answer',
    'drop answers',
    'second answer',
    'paise',
    'drop leg',
    'repeat leg',
    'leg amount',
    'leg account',
    'leg name',
    'legs swapped',
    'legs',
    'left',
    'no row',
    'absent',
    'stray',
    'unconsumed',
    'degraded',
    'about',
    'mule',
    'mode',
    'effects swapped',
    'nobody',
    'no account',
    'no amount',
    'no version',
    'other sign',
    'says another amount',
    'moves nothing',
    'review of another',
    'all denied',
    'no catalogue',
  ),
  which: fc.nat(),
  answer: fc.constantFrom('success', 'success', 'declined', 'blocked', 'failed', 'shed', 'registered', 'APPROVED'),
  at: fc.integer({ min: 0, max: 20 }),
  delta: fc.integer({ min: -4, max: 4 }),
  key: fc.constantFrom('u1', 'u2', 'm1', 'u9', 'b1'),
  leg: fc.constantFrom('debit', 'credit', 'bank-debit', 'bank-reversal', 'review', 'fee'),
});
type Tampering = typeof tampering extends fc.Arbitrary<infer Value> ? Value : never;

/** Sound histories that were tampered with. */
export const tamperedWallet: fc.Arbitrary<SmallHistory> = fc
  .tuple(soundWallet, fc.array(tampering, { minLength: 1, maxLength: 6 }))
  .map(([sound, tamperings]) => answeredInTime(tamperings.reduce(tamper, sound)));

function tamper(history: SmallHistory, { how, which, answer, at, delta, key, leg }: Tampering): SmallHistory {
  const ops = history.ops ?? [];
  const index = which % ops.length;
  const change = (to: (one: SmallOp) => Partial<SmallOp>): SmallHistory => ({
    ...history,
    ops: ops.map((one, i) => (i === index ? { ...one, ...to(one) } : one)),
  });
  const changeLeg = (to: (one: Leg) => readonly Leg[]): SmallHistory =>
    change(({ legs = [] }) => ({
      legs: legs.flatMap((one, i) => (i === which % legs.length ? to(one) : [one])),
    }));
  switch (how) {
    case 'answer':
      return change(() => ({ answers: [[answer, at]] }));
    case 'drop answers':
      return change(() => ({ answers: [] }));
    case 'second answer':
      return change(({ answers = [] }) => ({ answers: [...answers, [answer, at]] }));
    case 'paise':
      return change(() => ({ paise: 1 + (which % 5) }));
    case 'drop leg':
      return changeLeg(() => []);
    case 'repeat leg':
      return changeLeg((one) => [one, one]);
    case 'leg amount':
      return changeLeg((one) => [{ ...one, delta }]);
    case 'leg account':
      return changeLeg((one) => [{ ...one, key, store: 'main' }]);
    case 'leg name':
      return changeLeg((one) => [{ ...one, leg }]);
    case 'legs swapped':
      return change(({ legs = [] }) => ({
        legs: legs.map((one, i) => ({ ...one, key: legs[legs.length - 1 - i]?.key ?? null })),
      }));
    case 'legs':
      return change(({ legs = [] }) => ({ legs: [...legs, { leg, key, delta, version: at }] }));
    case 'left':
      return { ...history, left: { ...history.left, [key]: (history.left?.[key] ?? 0) + delta } };
    case 'no row':
      return { ...history, left: { ...history.left, [key]: null } };
    case 'absent':
      return change(() => ({ absent: true, outcome: which % 2 === 0 ? 'ok' : 'indeterminate' }));
    case 'stray':
      return {
        ...history,
        decisions: [
          ...(history.decisions ?? []),
          { op: 1_000 + (which % 3), key, answer, decided_at: 1_700_000_000_000_000 + at },
        ],
        effects: [
          ...(history.effects ?? []),
          { op: 1_000 + (which % 5), leg, key, delta, version: 10_000, committed_at: 1_700_000_000_000_000 },
        ],
      };
    case 'unconsumed':
      return { ...change(() => ({ consumed: false })), drainedAt: null };
    case 'degraded':
      return change(() => ({ mode: 'degraded' }));
    case 'about':
      return change(({ kind, of }) => (kind === 'refund' ? { of: 1 + (which % 8) } : of === undefined ? {} : { of }));
    case 'mule':
      return { ...history, categories: { ...history.categories, u2: 'mule' } };
    case 'mode':
      return change(() => ({ mode: which % 2 === 0 ? 'crisis' : 'degraded' }));
    case 'effects swapped': {
      const other = (index + 1 + at) % ops.length;
      const legsOf = (i: number) => ops[i === index ? other : i === other ? index : i]?.legs ?? [];
      return { ...history, ops: ops.map((one, i) => ({ ...one, legs: legsOf(i) })) };
    }
    case 'nobody':
      return {
        ...history,
        effects: [
          ...(history.effects ?? []),
          {
            op: null,
            leg,
            key,
            delta,
            version: 10_000,
            committed_at: 1_700_000_000_000_000,
          },
        ],
      };
    case 'no account':
      return changeLeg((one) => [{ ...one, key: null }]);
    case 'no amount':
      return changeLeg((one) => [{ ...one, delta: null }]);
    case 'no version':
      return changeLeg((one) => [{ ...one, version: null }]);
    case 'other sign':
      return changeLeg((one) => [{ ...one, delta: 0 - (one.delta ?? 0) }]);
    case 'says another amount':
      return changeLeg((one) => [{ ...one, amount_paise: which % 6 }]);
    case 'moves nothing':
      return change(({ legs = [], key: own = 'u1' }) => ({
        legs: [...legs, { leg, key: own, delta: 0, version: at }],
      }));
    case 'review of another':
      return change(({ legs = [] }) => ({ legs: [...legs, { ...review(), key, version: at }] }));
    case 'all denied':
      return {
        ...history,
        ops: ops.map((one) => ({
          ...one,
          legs: [],
          answers: (one.answers ?? []).map(([, when]) => [answer, when] as const),
        })),
      };
    case 'no catalogue':
      return which % 4 === 0 ? { ...history, isCatalogued: false } : history;
    default:
      return history;
  }
}
