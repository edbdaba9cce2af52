import * as fc from 'fast-check';

import type { Row } from '../../harness/history/schema.ts';
import { micros, type SmallHistory, type SmallOp } from './a-history.ts';

type Effect = Partial<Row<'effects'>>;
type Decision = Partial<Row<'decisions'>>;

/** Applicants and outcomes: few applicants, many ties. */
const application = fc.record({
  category: fc.constantFrom('genuine', 'genuine', 'flawed', 'impostor'),
  at: fc.integer({ min: 0, max: 8 }),
  pressedAgainAfter: fc.option(fc.integer({ min: 0, max: 5 }), { freq: 4, nil: null }),
  takenAfter: fc.integer({ min: 0, max: 4 }),
  calls: fc.array(fc.constantFrom('aadhaar', 'pan', 'face', 'address'), { minLength: 1, maxLength: 5 }),
  /** A machine that is unsure, for whatever reason. */
  isInDoubt: fc.boolean(),
  decidedAfter: fc.integer({ min: 0, max: 6 }),
  toldAfter: fc.integer({ min: 0, max: 3 }),
  toldAgainAfter: fc.option(fc.integer({ min: 0, max: 5 }), { freq: 4, nil: null }),
  /** The worker was killed between answering and recording that. */
  staysQueued: fc.boolean(),
  lookedAtAfter: fc.option(fc.integer({ min: 0, max: 6 }), { nil: null }),
  confidence: fc.constantFrom('0.8', '0.857', '0.9', '1'),
});
type Application = typeof application extends fc.Arbitrary<infer Value> ? Value : never;

const pricePaise = new Map([
  ['aadhaar', 50],
  ['pan', 500],
  ['face', 200],
  ['address', 100],
  ['reviewed', 20_000],
]);
const row = (leg: string): Effect => ({ leg, delta: 0, amount_paise: pricePaise.get(leg) ?? null });

/**
 * What a sound pipeline leaves behind: it takes applications into its books, pays for calls, decides once, and answers, perhaps
 * again; it may be stopped before it has seen or answered everything.
 */
export const soundKyc: fc.Arbitrary<SmallHistory> = fc
  .record({
    applications: fc.array(application, { minLength: 1, maxLength: 12 }),
    /** Nothing happens after this; never, if it is drained. */
    stopsAt: fc.option(fc.integer({ min: 2, max: 20 }), { freq: 2, nil: Infinity }),
  })
  .map(({ applications, stopsAt }) => {
    const handled = applications.map((one, index) => handle(one, index + 1, stopsAt));
    const isDrained = handled.every(({ op, isTold }) => op.consumed === undefined && isTold);
    return {
      domain: 'kyc',
      categories: Object.fromEntries(applications.map(({ category }, index) => [`a${index + 1}`, category])),
      ops: handled.map(({ op }) => op),
      decisions: handled.flatMap(({ decisions }) => decisions),
      drainedAt: isDrained ? 1_000 : null,
    };
  });

interface Handled {
  readonly op: SmallOp;
  readonly decisions: readonly Decision[];
  readonly isTold: boolean;
}

function handle(one: Application, op: number, stopsAt: number): Handled {
  const key = `a${op}`;
  const presses = one.pressedAgainAfter === null ? [one.at] : [one.at, one.at + one.pressedAgainAfter];
  const taken = presses.map((press) => press + one.takenAfter <= stopsAt);
  const takenAt = one.at + one.takenAfter;
  const decidedAt = takenAt + one.decidedAfter;
  const toldAt = decidedAt + one.toldAfter;
  const [isTaken, isDecided, isTold] = [takenAt <= stopsAt, decidedAt <= stopsAt, toldAt <= stopsAt];
  const { answer, reason } = verdictOn(one);
  const lookedAt = one.lookedAtAfter === null ? Infinity : decidedAt + one.lookedAtAfter;
  const legs = [
    ...(isTaken ? one.calls.map(row) : []),
    ...(isDecided && answer === 'review' ? [row('review')] : []),
    ...(isDecided && answer === 'review' && lookedAt <= stopsAt ? [row('reviewed')] : []),
    ...(isTaken && (!isTold || (one.staysQueued && stopsAt !== Infinity)) ? [row('queued')] : []),
  ];
  const times = [toldAt, ...(one.toldAgainAfter === null ? [] : [toldAt + one.toldAgainAfter])];
  return {
    op: { op, key, at: presses, legs, ...(taken.every(Boolean) ? {} : { consumed: taken }) },
    decisions: isTold ? times.map((at) => ({ op, key, answer, reason, decided_at: micros(at) })) : [],
    isTold,
  };
}

function verdictOn({ category, isInDoubt, confidence }: Application): { answer: string; reason: string | null } {
  if (isInDoubt && category !== 'genuine') return { answer: 'rejected', reason: 'no Aadhaar number' };
  if (category === 'impostor') return { answer: 'review', reason: 'confidence 0.4: name is in doubt' };
  if (isInDoubt) return { answer: 'review', reason: null };
  return { answer: 'approved', reason: `confidence ${confidence}` };
}

/** One falsification of a history, or one harm done to it. */
const tampering = fc.record({
  how: fc.constantFrom(
    'answer',
    'drop answers',
    'second answer',
    'answer of another',
    'answer of nobody',
    'reason',
    'mode',
    'drop row',
    'repeat row',
    'leg',
    'row of another',
    'row without a key',
    'row of nobody',
    'amount',
    'delta',
    'absent',
    'unconsumed',
    'category',
    'no categories',
  ),
  which: fc.nat(),
  answer: fc.constantFrom('approved', 'approved', 'review', 'rejected', 'registered', 'APPROVED', 'failed', 'revoked'),
  reason: fc.constantFrom(
    null,
    'sure',
    'confidence 0.79',
    'confidence 0.3: name is in doubt',
    'confidence 0.8',
    'confidence: 0.5',
    'confidence 1e9',
    'confidence 1.7',
    'confidence -1',
    'confidence 50%',
    'confidence',
  ),
  at: fc.integer({ min: 0, max: 20 }),
  leg: fc.constantFrom('queued', 'review', 'reviewed', 'pan', 'bribe', null),
  category: fc.constantFrom('genuine', 'flawed', 'impostor', 'impostor', 'x'),
  number: fc.constantFrom(null, 0, 1, -50, 500),
});
type Tampering = typeof tampering extends fc.Arbitrary<infer Value> ? Value : never;

/** Sound histories that were tampered with. */
export const tamperedKyc: fc.Arbitrary<SmallHistory> = fc
  .tuple(soundKyc, fc.array(tampering, { minLength: 1, maxLength: 5 }))
  .map(([sound, tamperings]) => tamperings.reduce(tamper, sound));

function tamper(
  history: SmallHistory,
  { how, which, answer, reason, at, leg, category, number }: Tampering,
): SmallHistory {
  const { ops = [], decisions = [], effects = [] } = history;
  const index = which % ops.length;
  const op = ops[index]?.op ?? 1;
  const other = { op: 1 + ((which >> 4) % ops.length), key: `a${1 + ((which >> 4) % (ops.length + 1))}` };
  const changeOp = (to: (one: SmallOp) => Partial<SmallOp>): SmallHistory => ({
    ...history,
    ops: ops.map((one, i) => (i === index ? { ...one, ...to(one) } : one)),
  });
  const changeRow = (to: (one: Effect) => readonly Effect[]): SmallHistory =>
    changeOp(({ legs = [] }) => ({ legs: legs.flatMap((one, i) => (i === which % legs.length ? to(one) : [one])) }));
  const changeDecision = (to: Decision): SmallHistory => ({
    ...history,
    decisions: decisions.map((one, i) => (i === which % decisions.length ? { ...one, ...to } : one)),
  });
  const addDecision = (of: Decision): SmallHistory => ({
    ...history,
    decisions: [...decisions, { key: `a${op}`, answer, reason, decided_at: micros(at), ...of }],
  });
  const stranger = which % 2 === 0 ? null : 1_000 + (which % 3);
  switch (how) {
    case 'answer':
      return changeDecision({ answer });
    case 'drop answers':
      return { ...history, decisions: decisions.filter((one) => one.op !== op) };
    case 'second answer':
      return addDecision({ op });
    case 'answer of another':
      return changeDecision(which % 2 === 0 ? { op: other.op } : { key: other.key });
    case 'answer of nobody':
      return addDecision({ op: stranger });
    case 'reason':
      return changeDecision({ reason });
    case 'mode':
      return changeDecision({ mode: [null, 'degraded', 'crisis', 'full'][which % 4] ?? null });
    case 'drop row':
      return changeRow(() => []);
    case 'repeat row':
      return changeRow((one) => [one, one]);
    case 'leg':
      return changeRow((one) => [{ ...one, leg }]);
    case 'row of another':
      return changeRow((one) => [{ ...one, ...(which % 2 === 0 ? { op: other.op } : { key: other.key }) }]);
    case 'row without a key':
      return changeRow((one) => [{ ...one, key: null }]);
    case 'row of nobody':
      return {
        ...history,
        effects: [...effects, { op: stranger, key: other.key, leg, delta: 0, committed_at: micros(at) }],
      };
    case 'amount':
      return changeRow((one) => [{ ...one, amount_paise: number }]);
    case 'delta':
      return changeRow((one) => [{ ...one, delta: number }]);
    case 'absent':
      return changeOp(() => ({ absent: true, outcome: which % 2 === 0 ? 'ok' : 'indeterminate' }));
    case 'unconsumed':
      return { ...changeOp(() => ({ consumed: false })), drainedAt: null };
    case 'category':
      return { ...history, categories: { ...history.categories, [`a${op}`]: category } };
    case 'no categories':
      return { ...history, categories: {} };
    default:
      return history;
  }
}
