import type { Row } from '../../harness/history/schema.ts';
import type { SmallHistory, SmallOp } from './a-history.ts';
import { unfitAnswers } from './words-model.ts';

/**
 * The KYC invariants again, slow and obvious: loops over applications, decisions and rows of the books, following their wording.
 * Shares no line with the SQL, so that the two can agree only if both are right (or both misread the same sentence). Decisions
 * are those of `decisions`, so that each has its own key and reason.
 */
export function modelCounts(small: SmallHistory): Record<string, number | string> {
  const ops = (small.ops ?? []).map((one) => new Known(one, small));
  const submitted = ops.filter(({ isSubmitted }) => isSubmitted);
  const lost = ops.filter(({ isLostByStack }) => isLostByStack);
  const who = (answer: string) => openWhere(isUnknownWho(answer, small, ops), wronglyTold(answer, small, ops));
  const approved = submitted.filter(({ decisions }) => decisions.some(({ answer }) => answer === 'approved'));
  return {
    'kyc-none-dropped': submitted.filter(({ isDropped }) => isDropped).length + lost.length,
    'approved-is-right': who('approved'),
    'rejected-is-right': who('rejected'),
    'review-below-threshold': openWhere(
      approved.some(({ confidence }) => confidence === null),
      approved.filter(({ confidence }) => confidence !== null && confidence < 0.8).length,
    ),
    'review-recorded': ops.filter(({ isMisqueued }) => isMisqueued).length + queuedStrangers(small, ops),
    'effect-fits': openWhere(
      submitted.some(({ answers: [first], legs }) => first === 'approved' && !legs.some((leg) => calls.has(leg ?? ''))),
      effectsOf(small).filter((effect) => isMisbooked(effect, ops)).length,
    ),
    'answer-fits': unfitAnswers(small, { kind: 'application', key: 'a1' }),
    'answered-once': submitted.filter(({ answers }) => new Set(answers).size > 1).length,
    'no-phantom-decision': phantoms(small, ops),
  };
}

/** A counterexample stands, whatever else is unknown. */
const openWhere = (isOpen: boolean, wrong: number): number | string => (wrong === 0 && isOpen ? 'unknown' : wrong);

type Effect = Partial<Row<'effects'>>;
type Decision = Partial<Row<'decisions'>>;

const keyOf = ({ key = 'a1' }: SmallOp): string => key;
const effectsOf = ({ ops = [], effects = [] }: SmallHistory): Effect[] => [
  ...ops.flatMap((one) => (one.legs ?? []).map((leg) => ({ op: one.op, key: keyOf(one), ...leg }))),
  ...effects,
];

class Known {
  readonly key: string;
  readonly op: number;
  readonly isSubmitted: boolean;
  readonly isLostByStack: boolean;
  readonly isConsumed: boolean;
  readonly isSettled: boolean;
  /** In time order. */
  readonly decisions: readonly Decision[];
  readonly answers: readonly (string | null | undefined)[];
  readonly legs: readonly (string | null | undefined)[];

  constructor(one: SmallOp, small: SmallHistory) {
    const presses = typeof one.at === 'number' ? [one.at] : one.at;
    const flags = typeof one.consumed === 'object' ? one.consumed : [one.consumed ?? true];
    this.op = one.op;
    this.key = keyOf(one);
    this.isSubmitted = one.absent !== true;
    this.isLostByStack = !this.isSubmitted && (one.outcome ?? 'ok') === 'ok';
    this.isConsumed =
      typeof small.drainedAt === 'number' ||
      presses.some((_, press) => flags[Math.min(press, flags.length - 1)] === true);
    this.isSettled =
      typeof small.drainedAt === 'number' ||
      presses.every((_, press) => flags[Math.min(press, flags.length - 1)] === true);
    this.decisions = (small.decisions ?? [])
      .filter(({ op }) => op === one.op)
      .toSorted((a, b) => (a.decided_at ?? 0) - (b.decided_at ?? 0));
    this.answers = this.decisions.map(({ answer }) => answer).filter((answer) => answer !== 'revoked');
    this.legs = effectsOf(small).flatMap(({ op, leg }) => (op === one.op ? [leg] : []));
  }
  get isDropped(): boolean {
    return this.isConsumed && this.answers.length === 0 && !this.legs.includes('queued');
  }
  /** The lowest confidence stated by any of its approvals; null if none states one. */
  get confidence(): number | null {
    const stated = this.decisions.flatMap(({ answer, reason }) => {
      const words = (reason ?? '').split(/[: ]+/);
      const said = answer === 'approved' && (reason ?? '').startsWith('confidence ') ? words[1] : undefined;
      const isNumber = said !== undefined && /^\d+(\.\d+)?$/.test(said);
      return isNumber && Number(said) <= 1 ? [Number(said)] : [];
    });
    return stated.length === 0 ? null : Math.min(...stated);
  }
  get isMisqueued(): boolean {
    const [answer] = this.answers;
    const times = (name: string) => this.legs.filter((leg) => leg === name).length;
    const [queued, reviewed] = [times('review'), times('reviewed')];
    if (queued > 1 || reviewed > 1 || (reviewed > 0 && queued === 0)) return true;
    if (!this.isSubmitted && queued === 0) return false;
    if (answer === 'review') return (queued === 0 && this.isSettled) || (!this.isSubmitted && !this.isLostByStack);
    return queued > 0 && (answer !== undefined || (!this.isSubmitted && !this.isLostByStack));
  }
}

/** Entries in the review queue without an application: by number, or by name if there is none. */
function queuedStrangers(small: SmallHistory, ops: readonly Known[]): number {
  const theirs = effectsOf(small).filter(({ op, leg }) => {
    const isQueue = leg === 'review' || leg === 'reviewed';
    return isQueue && !ops.some((known) => known.op === op);
  });
  return new Set(theirs.map(({ op, key }) => op ?? key)).size;
}

const calls = new Set(['aadhaar', 'pan', 'face', 'address']);
const prices = new Map([
  ['aadhaar', 50],
  ['pan', 500],
  ['face', 200],
  ['address', 100],
  ['queued', 0],
  ['review', 0],
  ['reviewed', 20_000],
]);

function isMisbooked({ op, key, leg, delta, amount_paise: paise }: Effect, ops: readonly Known[]): boolean {
  const known = ops.find((one) => one.op === op);
  if (known === undefined || (!known.isSubmitted && !known.isLostByStack)) return true;
  if (typeof key === 'string' && key !== known.key) return true;
  const price = prices.get(leg ?? '');
  if (price === undefined || (typeof delta === 'number' && delta !== 0)) return true;
  return typeof paise === 'number' && paise !== price;
}

/** Applicants who were wrongly given an answer, under their own name or through their application. */
function wronglyTold(answer: string, small: SmallHistory, ops: readonly Known[]): number {
  const victim = answer === 'approved' ? 'impostor' : 'genuine';
  const pairs = (small.decisions ?? [])
    .filter((decision) => decision.answer === answer)
    .flatMap(({ op, key }) => [key, ops.find((known) => known.op === op)?.key].map((name) => ({ op, name })))
    .filter(({ name }) => ops.some(({ key }) => key === name) && small.categories?.[name ?? ''] === victim);
  return new Set(pairs.map(({ op, name }) => `${op} ${name}`)).size;
}

/** The catalogue has no category for anybody, or not for everybody who got the answer. */
function isUnknownWho(answer: string, small: SmallHistory, ops: readonly Known[]): boolean {
  const isKnown = ({ key }: Known) => ['genuine', 'flawed', 'impostor'].includes(small.categories?.[key] ?? '');
  if (!ops.some(isKnown)) return true;
  return ops.some((known) => !isKnown(known) && known.decisions.some((decision) => decision.answer === answer));
}

function phantoms(small: SmallHistory, ops: readonly Known[]): number {
  const decided = new Set((small.decisions ?? []).map(({ op }) => op).filter((op) => typeof op === 'number'));
  return [...decided].filter((op) => {
    const known = ops.find((one) => one.op === op);
    return known === undefined || (!known.isSubmitted && !known.isLostByStack);
  }).length;
}
