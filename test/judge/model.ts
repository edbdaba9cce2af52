import type { Row } from '../../harness/history/schema.ts';
import type { SmallHistory, SmallOp } from './a-history.ts';
import { unfitAnswers } from './words-model.ts';

/**
 * The invariants again, slow and obvious: loops over operations, following their wording. Shares no line with the SQL, so that
 * the two can agree only if both are right (or both misread the same sentence).
 */
export function modelCounts(small: SmallHistory): Record<string, number> {
  const ops = (small.ops ?? []).map((one) => new Known(one, small));
  const keys = Object.keys(small.opening ?? {});
  const submitted = ops.filter((op) => op.isSubmitted);
  return {
    'no-overpromise': keys.filter((key) => isOverpromised(key, small, submitted)).length,
    'no-oversell': keys.filter((key) => isOversold(key, small, submitted)).length,
    'no-undersell': submitted.filter((op) => isWronglyRefused(op, small, submitted)).length,
    'no-lost-order':
      submitted.filter((op) => op.isConsumed && (op.one.answers ?? []).length === 0).length +
      ops.filter((op) => !op.isSubmitted && (op.one.outcome ?? 'ok') === 'ok').length,
    'no-phantom-decision': phantoms(small, ops),
    'one-decision': submitted.filter((op) => new Set(op.counted.map(([answer]) => answer)).size > 1).length,
    'answer-fits': unfitAnswers(small, { kind: 'order', key: 'p' }),
    'refused-rightly':
      submitted.filter((op) => isRefusedWrongly(op, submitted)).length +
      submitted.filter((op) => isCancelledByNobody(op, ops)).length,
    'credited-rightly': submitted.filter((op) => isCreditedWrongly(op, ops)).length + givenBackTwice(submitted),
    'promise-kept': submitted.filter((op) => op.isRevoked).length,
    'books-balance': keys.filter((key) => !balances(key, small, submitted)).length,
    'effects-once': effectFaults(small, submitted, ops),
  };
}

class Known {
  readonly one: SmallOp;
  readonly kind: string;
  readonly key: string;
  readonly units: number;
  readonly isSubmitted: boolean;
  readonly appendedAt: number;
  readonly isConsumed: boolean;
  readonly isSettled: boolean;
  /** Decisions without revocations, by (time, position in the log). */
  readonly counted: readonly (readonly [string, number])[];
  readonly answer: string | undefined;
  readonly decidedAt: number;
  readonly isRevoked: boolean;

  constructor(one: SmallOp, small: SmallHistory) {
    const presses = typeof one.at === 'number' ? [one.at] : one.at;
    const flags =
      one.consumed === undefined ? [true] : typeof one.consumed === 'boolean' ? [one.consumed] : one.consumed;
    const consumed = presses.map((_, press) => flags[Math.min(press, flags.length - 1)] === true);
    const isDrained = typeof small.drainedAt === 'number';
    this.one = one;
    this.kind = one.kind ?? 'order';
    this.key = one.key ?? 'p';
    this.units = one.quantity ?? 1;
    this.isSubmitted = one.absent !== true;
    this.appendedAt = Math.min(...presses);
    this.isConsumed = isDrained || consumed.some(Boolean);
    this.isSettled = isDrained || consumed.every(Boolean);
    this.counted = (one.answers ?? []).filter(([answer]) => answer !== 'revoked').toSorted((a, b) => a[1] - b[1]);
    this.answer = this.counted[0]?.[0];
    this.decidedAt = this.counted[0]?.[1] ?? Infinity;
    this.isRevoked = (one.answers ?? []).some(([answer]) => answer === 'revoked');
  }
  /** What it moved, and where. */
  get rows(): readonly Partial<Row<'effects'>>[] {
    const { legs, effects = [] } = this.one;
    const own = { key: this.key, leg: 'stock' };
    return (legs ?? effects.map((delta) => ({ delta })))
      .map((row) => ({ ...own, ...row }))
      .filter(({ delta }) => delta !== 0);
  }
  get isLostByStack(): boolean {
    return !this.isSubmitted && (this.one.outcome ?? 'ok') === 'ok';
  }
  get isConfirmed(): boolean {
    return this.kind === 'order' && this.answer === 'confirmed';
  }
  get givesBack(): boolean {
    return this.kind === 'cancellation' || this.kind === 'return';
  }
  /** Whether units came back through it, or may have. */
  get mayCredit(): boolean {
    return this.answer === undefined || this.isAccepted || (this.kind === 'restock' && this.answer === 'applied');
  }
  get isAccepted(): boolean {
    return this.givesBack && (this.answer === 'cancelled' || this.answer === 'credited');
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const units = (ops: readonly Known[]): number => sum(ops.map((op) => op.units));
/** Operations that refer to an order: its cancellations and returns. */
const about = (order: Known, ops: readonly Known[]): Known[] =>
  ops.filter((op) => op.givesBack && op.one.of === order.one.op);

function leftOf(key: string, small: SmallHistory): number | null {
  return small.left?.[key] ?? null;
}

function isOverpromised(key: string, small: SmallHistory, all: readonly Known[]): boolean {
  const ops = all.filter((op) => op.key === key);
  const confirmed = ops.filter((op) => op.isConfirmed);
  const moments = confirmed.map((op) => op.decidedAt);
  return moments.some((t) => {
    const promised = units(confirmed.filter((op) => op.decidedAt <= t));
    const restocked = units(ops.filter((op) => op.kind === 'restock' && op.mayCredit && op.appendedAt <= t));
    const back = units(confirmed.filter((order) => about(order, all).some((op) => op.mayCredit && op.appendedAt <= t)));
    return promised > (small.opening?.[key] ?? 0) + restocked + back;
  });
}

function isOversold(key: string, small: SmallHistory, all: readonly Known[]): boolean {
  const ops = all.filter((op) => op.key === key);
  const sold = ops.filter((op) => {
    if (!op.isConfirmed || op.isRevoked || !op.isSettled) return false;
    return !about(op, all).some((giving) => giving.isAccepted || giving.answer === undefined);
  });
  const restocked = ops.filter((op) => op.kind === 'restock' && (op.answer === 'applied' || op.answer === undefined));
  const left = leftOf(key, small);
  return units(sold) > (small.opening?.[key] ?? 0) + units(restocked) || (left !== null && left < 0);
}

function isWronglyRefused(order: Known, small: SmallHistory, all: readonly Known[]): boolean {
  if (order.kind !== 'order' || order.answer !== 'sold_out') return false;
  const left = leftOf(order.key, small);
  if (left === null) return false;
  const staleness = small.stalenessMs ?? 0;
  const isCertain = (at: number) => at + staleness < order.appendedAt;
  let certain = left;
  for (const op of all.filter(({ key }) => key === order.key)) {
    if (op.kind === 'restock' && op.answer === undefined) certain -= op.units;
    if (op.kind === 'restock' && op.answer === 'applied' && !isCertain(op.decidedAt)) certain -= op.units;
    if (!op.isConfirmed) continue;
    // Its units may have become available only later: it was revoked, or they may never have been taken.
    if (op.isRevoked || !op.isSettled) certain -= op.units;
    if (op.appendedAt > order.decidedAt) certain += op.units;
    if (op.isRevoked) continue;
    const givings = about(op, all);
    const accepted = givings.filter((giving) => giving.isAccepted);
    if (accepted.length > 0) {
      if (!isCertain(Math.max(...accepted.map((giving) => giving.decidedAt)))) certain -= op.units;
    } else if (givings.some((giving) => giving.answer === undefined)) certain -= op.units;
  }
  return order.units <= certain;
}

function phantoms(small: SmallHistory, ops: readonly Known[]): number {
  const acknowledged = (op: Known) => (op.one.outcome ?? 'ok') === 'ok';
  const absent = ops.filter((op) => !op.isSubmitted && !acknowledged(op) && (op.one.answers ?? []).length > 0);
  const strangers = (small.decisions ?? []).filter(
    ({ op }) => typeof op === 'number' && !ops.some(({ one }) => one.op === op),
  );
  return absent.length + new Set(strangers.map(({ op }) => op)).size;
}

function balances(key: string, small: SmallHistory, all: readonly Known[]): boolean {
  const left = leftOf(key, small);
  if (left === null) return false;
  let low = small.opening?.[key] ?? 0;
  let high = low;
  const move = (least: number, most: number) => {
    low += least;
    high += most;
  };
  for (const op of all.filter((one) => one.key === key)) {
    const q = op.units;
    if (op.kind === 'restock') {
      if (op.answer === 'applied') move(op.isSettled ? q : 0, q);
      else if (op.answer === undefined && !op.isConsumed) move(0, q);
    }
    if (op.kind !== 'order') continue;
    if (op.answer === undefined && !op.isConsumed) move(-q, 0);
    if (!op.isConfirmed) continue;
    if (op.isRevoked) {
      if (!op.isSettled) move(-q, q);
      continue;
    }
    // Certainly taken if all consumed it; and given back once if one of its cancellations or returns was accepted.
    move(-q, op.isSettled ? -q : 0);
    const givings = about(op, all);
    const accepted = givings.filter((giving) => giving.isAccepted);
    if (accepted.length > 0) move(accepted.every((giving) => giving.isSettled) ? q : 0, q);
    else if (givings.some((giving) => giving.answer === undefined && !giving.isConsumed)) move(0, q);
  }
  return left >= low && left <= high;
}

function isRefusedWrongly(op: Known, all: readonly Known[]): boolean {
  if (!op.givesBack || op.answer !== 'refused') return false;
  const order = all.find(({ one }) => one.op === op.one.of);
  if (order === undefined || !order.isConfirmed || order.isRevoked || order.decidedAt >= op.appendedAt) return false;
  if (order.key !== op.key || order.units !== op.units) return false;
  return !about(order, all).some((other) => other.isAccepted || other.answer === undefined);
}

/** Told that its cancellation came first, although no cancellation (not refused) had come by then. */
function isCancelledByNobody(order: Known, planned: readonly Known[]): boolean {
  if (order.kind !== 'order' || order.answer !== 'cancelled_first') return false;
  return !about(order, planned).some((op) => {
    if (op.kind !== 'cancellation' || op.answer === 'refused') return false;
    return op.isLostByStack || (op.isSubmitted && op.appendedAt <= order.decidedAt);
  });
}

function isCreditedWrongly(op: Known, planned: readonly Known[]): boolean {
  if (!op.isAccepted) return false;
  const order = planned.find(({ one }) => one.op === op.one.of);
  if (order?.isRevoked === true) return false;
  if (order !== undefined && order.isSubmitted && order.kind === 'order') {
    const isTombstone =
      op.kind === 'cancellation' && (order.answer === 'cancelled_first' || op.decidedAt <= order.decidedAt);
    return order.answer !== undefined && order.answer !== 'confirmed' && !isTombstone;
  }
  return op.kind === 'return' && order?.isLostByStack !== true && order?.answer !== 'confirmed';
}

function givenBackTwice(all: readonly Known[]): number {
  const accepted = all.filter((op) => op.isAccepted);
  return new Set(accepted.map(({ one }) => one.of))
    .values()
    .filter((of) => {
      const answers = accepted.filter(({ one }) => one.of === of).map(({ answer }) => answer);
      return answers.length > 1 && answers.includes('credited');
    })
    .toArray().length;
}

function effectFaults(small: SmallHistory, all: readonly Known[], planned: readonly Known[]): number {
  const faults = all.filter((op) => isMisbooked(op, all));
  const rows = (small.effects ?? []).filter(({ delta }) => delta !== 0);
  // Never submitted: strangers, and operations that neither reached the log nor were acknowledged by the broker.
  const strays = rows.filter(({ op }) => typeof op === 'number' && !planned.some(({ one }) => one.op === op));
  const nobodys = (small.effects ?? []).filter(({ op }) => op === null || op === undefined);
  const unsubmitted = planned.filter((op) => !op.isSubmitted && !op.isLostByStack && op.rows.length > 0);
  return (
    faults.length +
    unsubmitted.length +
    new Set(strays.map(({ op }) => op)).size +
    new Set(nobodys.map(({ key = 'p' }) => key)).size
  );
}

function isMisbooked(op: Known, all: readonly Known[]): boolean {
  const { rows } = op;
  const order = op.givesBack ? all.find(({ one }) => one.op === op.one.of) : undefined;
  const due = op.kind === 'order' ? -op.units : (order?.units ?? op.units);
  const whose = order?.key ?? op.key;
  const deltas = rows.map(({ delta }) => delta);
  const tookAndGaveBack = op.isRevoked && deltas.length === 2 && deltas.includes(due) && deltas.includes(-due);
  if (rows.length > 1 && !tookAndGaveBack) return true;
  if (rows.some(({ key, leg }) => key !== whose || (leg !== 'stock' && leg !== null))) return true;
  if (rows.length === 1 && deltas[0] !== due) return true;
  const isAlone =
    op.one.of === undefined ||
    all.filter((other) => other.givesBack && other.one.of === op.one.of && other.rows.length > 0).length < 2;
  if (op.givesBack && rows.length > 0 && !isAlone) return true;
  if (op.answer === undefined) return false;
  const { must, may } = movement(op, all);
  return (must && op.isSettled && rows.length === 0) || (!may && rows.length > 0);
}

function movement(op: Known, all: readonly Known[]): { readonly must: boolean; readonly may: boolean } {
  if (op.kind === 'order') return { must: op.isConfirmed && !op.isRevoked, may: op.isConfirmed || op.isRevoked };
  if (op.kind === 'restock') return { must: op.answer === 'applied', may: op.answer === 'applied' };
  const order = all.find(({ one }) => one.op === op.one.of);
  if (!op.isAccepted || order === undefined) return { must: false, may: false };
  if (order.answer === undefined) return { must: false, may: true };
  const alone = about(order, all).filter((giving) => giving.isAccepted).length === 1;
  return { must: order.isConfirmed && !order.isRevoked && alone, may: order.isConfirmed };
}
