import * as fc from 'fast-check';

import type { SmallHistory, SmallOp } from './a-history.ts';
import { answeredInTime } from './answered-in-time.ts';

type Mutable<Value> = { -readonly [Member in keyof Value]: Value[Member] };
type Draft = Mutable<SmallOp>;

/** Requests to a shop: a few products, many ties, little stock. */
const wish = fc.record({
  kind: fc.constantFrom<NonNullable<SmallOp['kind']>[]>('order', 'order', 'order', 'cancellation', 'return', 'restock'),
  key: fc.constantFrom('p', 'q'),
  quantity: fc.integer({ min: 1, max: 3 }),
  at: fc.integer({ min: 0, max: 12 }),
  /** The order it refers to, among those of the wish list. */
  about: fc.nat(),
  handledAfter: fc.integer({ min: 0, max: 6 }),
  loggedAfter: fc.integer({ min: 0, max: 3 }),
  pressedAgainAfter: fc.option(fc.integer({ min: 0, max: 5 }), { freq: 4, nil: null }),
  answeredAgainAfter: fc.option(fc.integer({ min: 0, max: 5 }), { freq: 4, nil: null }),
  /** Some operations that were handled but not committed have no answer in the log yet. */
  isAnswerInFlight: fc.boolean(),
});
type Wish = typeof wish extends fc.Arbitrary<infer Value> ? Value : never;

/**
 * What a sound pipeline leaves behind: it handles operations one at a time in any order, greedily, all or nothing, each once; it
 * answers some time later, repeats answers, and may be stopped before it has seen everything.
 */
export const soundHistory: fc.Arbitrary<SmallHistory> = fc
  .record({
    wishes: fc.array(wish, { minLength: 1, maxLength: 24 }),
    opening: fc.record({ p: fc.integer({ min: 0, max: 6 }), q: fc.integer({ min: 0, max: 20 }) }),
    /** Nothing is handled after this; after the last moment everything is, and the history is drained. */
    stopsAt: fc.integer({ min: 5, max: 30 }),
    /** Operations handled just before that may be uncommitted. */
    uncommittedMs: fc.integer({ min: 0, max: 3 }),
    isSettling: fc.boolean(),
    /** Ticks are milliseconds, or long enough that moments fall into different seconds. */
    tickMs: fc.constantFrom(1, 400),
  })
  .map(({ wishes, opening, stopsAt, uncommittedMs, isSettling, tickMs }) =>
    slowed(handle(wishes, opening, isSettling ? Infinity : stopsAt, uncommittedMs), tickMs),
  );

function slowed(history: SmallHistory, tickMs: number): SmallHistory {
  const ops = (history.ops ?? []).map((one) => ({
    ...one,
    at: typeof one.at === 'number' ? one.at * tickMs : one.at.map((press) => press * tickMs),
    ...(one.answers && { answers: one.answers.map(([answer, at]) => [answer, at * tickMs] as const) }),
  }));
  return { ...history, ops };
}

function handle(
  wishes: readonly Wish[],
  opening: { readonly p: number; readonly q: number },
  stopsAt: number,
  uncommittedMs: number,
): SmallHistory {
  const orders = wishes.flatMap((one, index) => (one.kind === 'order' ? [index] : []));
  const left: Record<string, number> = { ...opening };
  const drafts = wishes.map((one, index): Draft & { readonly handledAt: number } => {
    const subject =
      one.kind === 'cancellation' || one.kind === 'return' ? orders[one.about % Math.max(1, orders.length)] : undefined;
    const order = subject === undefined ? one : (wishes[subject] ?? one);
    const at = one.pressedAgainAfter === null ? one.at : [one.at, one.at + one.pressedAgainAfter];
    return {
      op: index + 1,
      kind: subject === undefined && one.kind !== 'restock' ? 'order' : one.kind,
      key: order.key,
      quantity: order.quantity,
      at,
      effects: [],
      handledAt: one.at + one.handledAfter,
      ...(subject === undefined ? {} : { of: subject + 1 }),
    };
  });
  const states = new Map<number, 'confirmed' | 'cancelled' | 'returned' | 'refused'>();
  for (const draft of drafts.toSorted((a, b) => a.handledAt - b.handledAt)) {
    if (draft.handledAt > stopsAt) {
      draft.consumed = false;
      continue;
    }
    const one = wishes[draft.op - 1] as Wish;
    const [answer, delta] = answerOf(draft, states, left);
    if (delta !== 0) draft.effects = [delta];
    left[draft.key ?? 'p'] = (left[draft.key ?? 'p'] ?? 0) + delta;
    const isCommitted = draft.handledAt + uncommittedMs <= stopsAt || stopsAt === Infinity;
    if (!isCommitted) draft.consumed = false;
    const at = draft.handledAt + one.loggedAfter;
    if (!isCommitted && one.isAnswerInFlight) continue;
    draft.answers =
      one.answeredAgainAfter === null
        ? [[answer, at]]
        : [
            [answer, at],
            [answer, at + one.answeredAgainAfter],
          ];
    // A second attempt after the stop is not consumed, whatever the first one got.
    if (Array.isArray(draft.at) && isCommitted && draft.at.some((press: number) => press > stopsAt))
      draft.consumed = [true, false];
  }
  const isAll = drafts.every(({ consumed }) => consumed === undefined);
  return {
    opening,
    left,
    ops: drafts,
    drainedAt: isAll ? 1_000 : null,
    stalenessMs: 0,
  };
}

function answerOf(
  { op, kind, key = 'p', quantity = 1, of = 0 }: Draft,
  states: Map<number, string>,
  left: Readonly<Record<string, number>>,
): readonly [answer: string, delta: number] {
  if (kind === 'restock') return ['applied', quantity];
  if (kind === 'order') {
    if (states.get(op) === 'cancelled') return ['cancelled_first', 0];
    const fits = quantity <= (left[key] ?? 0);
    states.set(op, fits ? 'confirmed' : 'refused');
    return fits ? ['confirmed', -quantity] : ['sold_out', 0];
  }
  const state = states.get(of);
  if (state === 'confirmed') {
    states.set(of, kind === 'return' ? 'returned' : 'cancelled');
    return [kind === 'return' ? 'credited' : 'cancelled', quantity];
  }
  // A cancellation that overtook its order leaves a tombstone; a return that did is refused.
  if (state === undefined && kind === 'cancellation') {
    states.set(of, 'cancelled');
    return ['cancelled', 0];
  }
  return ['refused', 0];
}

/** One falsification of a history, or one harm done to it. */
const tampering = fc.record({
  how: fc.constantFrom(
    'answer',
    'drop answers',
    'second answer',
    'revoke',
    'units',
    'effect',
    'drop effects',
    'left',
    'no row',
    'absent',
    'stray',
    'unconsumed',
    'earlier',
    'word',
    'mode',
    'told under another key',
    'refused',
    'effect elsewhere',
    'effect turned round',
    'effect of other units',
    'effects swapped',
    'nobody’s effect',
    'nobody’s decision',
    'cancelled by nobody',
  ),
  which: fc.nat(),
  answer: fc.constantFrom(
    'confirmed',
    'sold_out',
    'cancelled',
    'refused',
    'credited',
    'applied',
    'cancelled_first',
    'shed',
  ),
  at: fc.integer({ min: 0, max: 20 }),
  delta: fc.integer({ min: -3, max: 3 }),
});
type Tampering = typeof tampering extends fc.Arbitrary<infer Value> ? Value : never;

/** Sound histories that were tampered with. */
export const tamperedHistory: fc.Arbitrary<SmallHistory> = fc
  .tuple(soundHistory, fc.array(tampering, { minLength: 1, maxLength: 6 }))
  .map(([sound, tamperings]) => answeredInTime(tamperings.reduce(tamper, sound)));

/** Its effects as rows under its own key. */
const legsOf = ({ key = 'p', legs, effects = [] }: SmallOp): NonNullable<SmallOp['legs']> =>
  legs ?? effects.map((delta) => ({ key, delta }));

function tamper(history: SmallHistory, { how, which, answer, at, delta }: Tampering): SmallHistory {
  const ops = history.ops ?? [];
  const index = which % ops.length;
  const change = (to: (one: SmallOp) => Partial<SmallOp>): SmallHistory => ({
    ...history,
    ops: ops.map((one, i) => (i === index ? { ...one, ...to(one) } : one)),
  });
  const key = which % 2 === 0 ? 'p' : 'q';
  switch (how) {
    case 'answer':
      return change(() => ({ answers: [[answer, at]] }));
    case 'drop answers':
      return change(() => ({ answers: [] }));
    case 'second answer':
      return change(({ answers = [] }) => ({ answers: [...answers, [answer, at]] }));
    case 'revoke':
      return change(({ answers = [], effects = [] }) => ({
        answers: [...answers, ['revoked', at]],
        effects: which % 3 === 0 ? [...effects, ...effects.map((value) => -value)] : effects,
      }));
    case 'units':
      return change(() => ({ quantity: 1 + (which % 4) }));
    case 'effect':
      return change(({ effects = [] }) => ({ effects: [...effects, delta] }));
    case 'drop effects':
      return change(() => ({ effects: [] }));
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
          { op: 1_000 + (which % 3), answer, decided_at: 1_700_000_000_000_000 + at },
        ],
        effects: [...(history.effects ?? []), { op: 1_000 + (which % 5), delta, committed_at: 1_700_000_000_000_000 }],
      };
    case 'unconsumed':
      return { ...change(() => ({ consumed: false })), drainedAt: null };
    case 'word':
      return change(({ answers = [] }) => ({ answers: [...answers, [which % 2 === 0 ? 'banana' : 'CONFIRMED', at]] }));
    case 'mode':
      return change(() => ({ mode: which % 3 === 0 ? null : 'crisis' }));
    case 'told under another key':
      return change(() => ({ toldUnder: which % 3 === 0 ? null : key }));
    case 'refused':
      return change(() => ({ answers: [['refused', at]] }));
    case 'cancelled by nobody':
      return change(() => ({ answers: [['cancelled_first', at]], effects: [] }));
    case 'effect elsewhere':
      return change((one) => ({ legs: legsOf(one).map((leg) => ({ ...leg, key: which % 3 === 0 ? null : key })) }));
    case 'effect turned round':
      return change((one) => ({ legs: legsOf(one).map((leg) => ({ ...leg, delta: -(leg.delta ?? 0) })) }));
    case 'effect of other units':
      return change((one) => ({ legs: legsOf(one).map((leg) => ({ ...leg, delta: (leg.delta ?? 0) * 10 })) }));
    case 'effects swapped': {
      const other = (index + 1) % ops.length;
      const swapped = (i: number): number => (i === index ? other : i === other ? index : i);
      return { ...history, ops: ops.map((one, i) => ({ ...one, legs: legsOf(ops[swapped(i)] ?? one) })) };
    }
    case 'nobody’s effect':
      return {
        ...history,
        effects: [...(history.effects ?? []), { op: null, key, delta }],
      };
    case 'nobody’s decision':
      return { ...history, decisions: [...(history.decisions ?? []), { op: null, key, answer }] };
    case 'earlier':
      return change(({ answers = [] }) => ({
        answers: answers.map(([name, when]) => [name, Math.max(0, when - 8)] as const),
      }));
    default:
      return history;
  }
}
