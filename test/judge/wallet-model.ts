import type { Row } from '../../harness/history/schema.ts';
import { micros, type SmallHistory, type SmallOp } from './a-history.ts';
import { unfitAnswers } from './words-model.ts';

/**
 * The wallet's invariants again, slow and obvious: loops over operations, following the wording of the decision on the wallet.
 * Shares no line with the SQL, so that the two can agree only if both are right (or both misread the same sentence).
 */
export function modelCounts(small: SmallHistory): Record<string, number | string> {
  const ops = (small.ops ?? []).map((one) => new Known(one, small));
  const submitted = ops.filter((op) => op.isSubmitted);
  const isDrained = typeof small.drainedAt === 'number';
  const unreviewed = submitted.filter((op) => op.isUnreviewed).length;
  const isCatalogued = small.isCatalogued !== false;
  return {
    'money-conserved':
      submitted.filter((op) => op.isImbalanced).length + (isDrained && grewByItself(small, ops) ? 1 : 0),
    'one-effect-per-payment':
      submitted.filter((op) => op.isMisbooked).length + wrongRefunds(ops) + strays(small, ops) + idle(small, ops),
    'no-negative-balance': unless(mayBeOverdrawn(small, ops), overdrawn(small, ops)),
    'no-lost-payment':
      submitted.filter((op) => op.isConsumed && op.answer === undefined).length +
      ops.filter((op) => op.isLostByStack).length,
    'no-phantom-decision': phantoms(small, ops),
    'answered-once': submitted.filter((op) => new Set(op.answers).size > 1).length,
    'answer-fits': unfitAnswers(small, { kind: 'payment', key: 'u1' }),
    'no-false-decline': unless(
      submitted.some(({ answer }) => answer === 'declined') && (!isCatalogued || unjudged(small, ops) > 0),
      falseDeclines(small, ops),
    ),
    'no-false-block': unless(!isCatalogued, isCatalogued ? falseBlocks(submitted) : 0),
    'ledger-equals-balance': wrongBalances(small, ops),
    'blocked-stays-blocked': unless(!isCatalogued, submitted.filter((op) => op.isLetThrough).length),
    'review-complete': isDrained ? unreviewed : unless(unreviewed > 0, 0),
  };
}

/** Observed violations stand; without any, unknowns decide. */
const unless = (isUnknown: boolean, count: number) => (count === 0 && isUnknown ? 'unknown' : count);

type Leg = Partial<Row<'effects'>>;
const paiseOf = (legs: readonly Leg[]): number => legs.reduce((sum, { delta }) => sum + (delta ?? 0), 0);

class Known {
  readonly one: SmallOp;
  readonly small: SmallHistory;
  readonly isDrained: boolean;
  readonly isSubmitted: boolean;
  readonly isConsumed: boolean;
  readonly isSettled: boolean;
  /** In time order. */
  readonly answers: readonly string[];
  readonly decidedAt: number;
  /** Effects that moved something. */
  readonly legs: readonly Leg[];

  constructor(one: SmallOp, small: SmallHistory) {
    const presses = typeof one.at === 'number' ? [one.at] : one.at;
    const flags = typeof one.consumed === 'object' ? one.consumed : [one.consumed ?? true];
    const seen = presses.map((_, press) => flags[Math.min(press, flags.length - 1)] === true);
    this.one = one;
    this.small = small;
    this.isDrained = typeof small.drainedAt === 'number';
    this.isSubmitted = one.absent !== true;
    this.isConsumed = this.isDrained || seen.some(Boolean);
    this.isSettled = this.isDrained || seen.every(Boolean);
    const inTime = (one.answers ?? []).toSorted((a, b) => a[1] - b[1]);
    this.answers = inTime.map(([answer]) => answer);
    this.decidedAt = inTime[0]?.[1] ?? Infinity;
    const committed_at = micros(one.answers?.[0]?.[1] ?? Math.max(...presses));
    this.legs = (one.legs ?? []).filter(({ delta }) => delta !== 0).map((leg) => ({ committed_at, ...leg }));
  }
  get answer(): string | undefined {
    return this.answers[0];
  }
  get isLostByStack(): boolean {
    return !this.isSubmitted && (this.one.outcome ?? 'ok') === 'ok';
  }
  /** What is not zero, and can no longer be under way. */
  get isImbalanced(): boolean {
    const sum = paiseOf(this.legs);
    if (sum > 0) return this.isDrained || this.isSettled;
    const nobodyKnows = this.one.kind === 'add_money' && this.answer === undefined;
    return sum < 0 && this.isDrained && !nobodyKnows;
  }
  get isMule(): boolean {
    return this.small.isCatalogued !== false && this.small.categories?.[this.one.key ?? 'u1'] === 'mule';
  }
  get isMisbooked(): boolean {
    const known = ['debit', 'credit', 'bank-debit', 'bank-reversal'];
    const of = (name: string) => this.legs.filter(({ leg }) => leg === name);
    const { key = 'u1', otherKey = 'm1', paise = 100, kind = 'payment' } = this.one;
    const [from, payer, payee] = kind === 'add_money' ? ['bank-debit', otherKey, key] : ['debit', key, otherKey];
    const isOurs = ({ leg, key: account, delta, amount_paise: said }: Leg): boolean => {
      if (typeof said === 'number' && said !== 0 && said !== Math.abs(delta ?? 0)) return false;
      if (leg === 'credit') return account === payee && delta === paise;
      if (leg === 'bank-reversal') return kind === 'add_money' && account === otherKey && delta === paise;
      return leg === from && account === payer && delta === -paise;
    };
    if (!this.legs.every(isOurs)) return true;
    if (known.some((name) => of(name).length > 1)) return true;
    const [isTaken, isGiven, isGivenBack] = [from, 'credit', 'bank-reversal'].map((leg) => of(leg).length > 0);
    if (isGivenBack && !isTaken && this.isSettled) return true;
    if (this.answer === undefined) return false;
    const atBank = [...of('bank-debit'), ...of('bank-reversal')];
    if (this.answer !== 'success') return this.legs.length > atBank.length || (this.isDrained && paiseOf(atBank) !== 0);
    if (isGivenBack) return true;
    if (isTaken) return !isGiven && this.isDrained;
    // Without the bank's answer nothing may be credited; a group that has yet to read it may book a debit of our own.
    return (isGiven && kind === 'add_money') || this.isSettled;
  }
  get isLetThrough(): boolean {
    const { kind = 'payment' } = this.one;
    return kind === 'payment' && this.legs.length > 0 && (this.isMule || this.answer === 'blocked');
  }
  /** Whether a row that moves nothing is the review of this payment. */
  isReview({ leg, key }: Leg): boolean {
    const { kind = 'payment', key: payer = 'u1' } = this.one;
    return kind === 'payment' && leg === 'review' && (key === undefined || key === payer);
  }
  get isUnreviewed(): boolean {
    const { kind = 'payment', mode = 'full', legs = [] } = this.one;
    const isReviewed = legs.some((leg) => leg.delta === 0 && this.isReview(leg));
    return kind === 'payment' && this.answer === 'success' && mode !== 'full' && !isReviewed;
  }
}

/** Every effect, including other operations'. */
const allLegs = (small: SmallHistory, ops: readonly Known[]): Leg[] => [
  ...ops.flatMap(({ legs }) => legs),
  ...(small.effects ?? []).filter(({ delta }) => delta !== 0),
];
/** Of the wallet's own accounts: a bank's books are its own. */
const walletLegs = (small: SmallHistory, ops: readonly Known[]): Leg[] =>
  allLegs(small, ops).filter(({ leg }) => leg?.startsWith('bank') !== true);
const isCustomer = (key: string | null | undefined): boolean => /^[um]\d+$/.test(key ?? '');

function grewByItself(small: SmallHistory, ops: readonly Known[]): boolean {
  const held = Object.entries(small.left ?? {}).filter(([key, paise]) => isCustomer(key) && paise !== null);
  const grown = held.reduce((sum, [key, paise]) => sum + (paise ?? 0) - (small.opening?.[key] ?? 0), 0);
  return grown !== paiseOf(walletLegs(small, ops));
}

function wrongRefunds(ops: readonly Known[]): number {
  const refunds = ops.filter(({ one, isSubmitted, legs }) => one.kind === 'refund' && isSubmitted && legs.length > 0);
  return refunds.filter((refund) => {
    const { key = 'u1', otherKey = 'm1', paise = 100 } = refund.one;
    const of = ops.find(({ one }) => one.op === refund.one.of);
    if (of === undefined || (!of.isSubmitted && !of.isLostByStack)) return true;
    if (of.answer !== undefined && of.answer !== 'success') return true;
    const paid = { kind: 'payment', key: 'u1', otherKey: 'm1', paise: 100, ...of.one };
    if (paid.kind !== 'payment' || paid.key !== otherKey || paid.otherKey !== key || paid.paise < paise) return true;
    return refunds.some(
      (other) =>
        other.one.of === refund.one.of &&
        (other.decidedAt < refund.decidedAt || (other.decidedAt === refund.decidedAt && other.one.op < refund.one.op)),
    );
  }).length;
}

/** Operations that moved money but were never submitted; and accounts that were moved without an operation. */
function strays(small: SmallHistory, ops: readonly Known[]): number {
  const rows = small.effects ?? [];
  const strangers = rows.filter(({ op, delta }) => (op ?? null) !== null && delta !== 0).map(({ op }) => op);
  const nobodys = rows.filter(({ op }) => (op ?? null) === null).map(({ key }) => key);
  const unsubmitted = ops.filter((op) => !op.isSubmitted && !op.isLostByStack && op.legs.length > 0);
  return new Set(strangers).size + new Set(nobodys).size + unsubmitted.length;
}

/** Rows that move nothing and are no review of their operation, unless something worse is reported about it. */
function idle(small: SmallHistory, ops: readonly Known[]): number {
  const isStray = (op: Known) => !op.isSubmitted && !op.isLostByStack;
  const ofOps = ops.map((op) => {
    const rows = (op.one.legs ?? []).filter(({ delta }) => delta === 0);
    if (isStray(op)) return op.legs.length > 0 ? 0 : rows.length;
    return rows.filter((row) => !op.isReview(row)).length;
  });
  const rows = (small.effects ?? []).filter(({ op }) => (op ?? null) !== null);
  const movers = new Set(rows.filter(({ delta }) => delta !== 0).map(({ op }) => op));
  return rows.filter(({ op, delta }) => delta === 0 && !movers.has(op)).length + ofOps.reduce((sum, n) => sum + n, 0);
}

function falseBlocks(submitted: readonly Known[]): number {
  const honest = submitted.filter(
    ({ one, isMule, answer }) => (one.kind ?? 'payment') === 'payment' && !isMule && answer !== undefined,
  );
  const blocked = honest.filter(({ answer }) => answer === 'blocked').length;
  return blocked / honest.length >= 0.001 ? blocked : 0;
}

/** Each store keeps its own books; opening and closing balances are the main one's. */
const mainStore = 'main';
const storeOf = ({ store }: Leg): string => store ?? mainStore;
const storesOf = (legs: readonly Leg[]): string[] => [...new Set([mainStore, ...legs.map(storeOf)])];

/** Each store's accounts: opening balances and changes. */
function accounts(small: SmallHistory, ops: readonly Known[]) {
  const legs = walletLegs(small, ops);
  const keys = new Set([...legs.map(({ key }) => key ?? ''), ...Object.keys(small.left ?? {})].filter(isCustomer));
  return [...keys].flatMap((key) =>
    storesOf(legs).map((store) => ({
      key,
      opening: store === mainStore ? (small.opening?.[key] ?? 0) : 0,
      own: legs.filter((leg) => leg.key === key && storeOf(leg) === store),
    })),
  );
}
const isUnordered = (legs: readonly Leg[]): boolean => legs.some(({ version }) => version === null);

function overdrawn(small: SmallHistory, ops: readonly Known[]): number {
  const below = accounts(small, ops).filter(({ opening, own }) =>
    isUnordered(own)
      ? opening + paiseOf(own) < 0
      : own.some(
          ({ version: upTo }) => opening + paiseOf(own.filter(({ version }) => (version ?? 0) <= (upTo ?? 0))) < 0,
        ),
  );
  const owing = Object.keys(small.left ?? {}).filter((key) => isCustomer(key) && (small.left?.[key] ?? 0) < 0);
  return new Set([...below.map(({ key }) => key), ...owing]).size;
}

const mayBeOverdrawn = (small: SmallHistory, ops: readonly Known[]): boolean =>
  accounts(small, ops).some(({ opening, own }) => {
    if (isUnordered(own)) return opening + takenBy(own) < 0;
    return own.some(({ version: at = 0 }) => {
      const before = paiseOf(own.filter(({ version }) => (version ?? 0) < (at ?? 0)));
      const together = own.filter(({ version = 0 }) => version === at);
      return isOfSeveralTimes(together) && opening + before + takenBy(together) < 0;
    });
  });
const takenBy = (legs: readonly Leg[]): number => paiseOf(legs.filter(({ delta }) => (delta ?? 0) < 0));
const isOfSeveralTimes = (legs: readonly Leg[]): boolean =>
  new Set(
    legs.flatMap(({ delta, committed_at: at }) => (typeof delta === 'number' && typeof at === 'number' ? [at] : [])),
  ).size > 1;

/** Declines that can be compared with a purse, if that purse's changes are unambiguous. */
function declines(small: SmallHistory, ops: readonly Known[]) {
  const submitted = ops.filter(({ isSubmitted }) => isSubmitted);
  const isKnown = (key: string) => small.opening?.[key] !== undefined;
  return submitted.flatMap(({ one, answer, isMule }) => {
    const { kind = 'payment', key = 'u1', otherKey = 'm1', paise = 100 } = one;
    if (answer !== 'declined' || isMule || small.isCatalogued === false) return [];
    if (!isKnown(key) || !isKnown(otherKey ?? '') || (kind === 'refund' && !isDue(one, submitted))) return [];
    const purse = kind === 'add_money' ? (otherKey ?? '') : key;
    const legs = allLegs(small, ops).filter((leg) => leg.key === purse);
    const isClear = ({ leg, store = mainStore, delta, version }: Leg) =>
      store === mainStore && delta !== null && version !== null && purse.startsWith('b') === leg?.startsWith('bank-');
    const isTied = legs.some(({ version: at }) => isOfSeveralTimes(legs.filter(({ version }) => version === at)));
    return [{ paise, legs, opening: small.opening?.[purse] ?? 0, isClear: legs.every(isClear) && !isTied }];
  });
}

const unjudged = (small: SmallHistory, ops: readonly Known[]): number =>
  declines(small, ops).filter(({ isClear }) => !isClear).length;

/** All within a second, so that the lowest balance ever counts. */
const falseDeclines = (small: SmallHistory, ops: readonly Known[]): number =>
  declines(small, ops).filter(({ paise, legs, opening, isClear }) => {
    const upTo = (version: number) => opening + paiseOf(legs.filter((leg) => (leg.version ?? 0) <= version));
    return isClear && Math.min(opening, ...legs.map(({ version }) => upTo(version ?? 0))) >= paise;
  }).length;

function isDue({ of, key, otherKey, paise, at }: SmallOp, submitted: readonly Known[]): boolean {
  const payment = submitted.find(({ one }) => one.op === of);
  const came = typeof at === 'number' ? at : Math.min(...at);
  return (
    payment !== undefined &&
    (payment.one.kind ?? 'payment') === 'payment' &&
    payment.answer === 'success' &&
    payment.decidedAt < came &&
    payment.one.key === otherKey &&
    payment.one.otherKey === key &&
    payment.one.paise === paise &&
    submitted.filter(({ one }) => one.kind === 'refund' && one.of === of).length === 1
  );
}

function phantoms(small: SmallHistory, ops: readonly Known[]): number {
  const absent = ops.filter((op) => !op.isSubmitted && !op.isLostByStack && op.answer !== undefined);
  return absent.length + new Set((small.decisions ?? []).map(({ op }) => op)).size;
}

function wrongBalances(small: SmallHistory, ops: readonly Known[]): number {
  const legs = walletLegs(small, ops);
  const keys = new Set([
    ...legs.map(({ key }) => key ?? ''),
    ...Object.keys(small.opening ?? {}),
    ...Object.keys(small.left ?? {}),
  ]);
  return storesOf(legs).flatMap((store) =>
    [...keys].filter(isCustomer).filter((key) => {
      const [opening, closing] = store === mainStore ? [small.opening?.[key], small.left?.[key] ?? undefined] : [];
      const own = legs.filter((leg) => leg.key === key && storeOf(leg) === store);
      const expected = (opening ?? 0) + paiseOf(own);
      if (closing !== undefined) return closing !== expected;
      return opening !== undefined || expected !== 0;
    }),
  ).length;
}
