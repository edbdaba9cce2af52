import type { Operation } from '../../harness/domains/domain.ts';
import { answersByOp, auditAccount, auditAnswers } from './remains.ts';
import type { Effect, Remains } from './remains.ts';

type Answers = ReadonlyMap<number, Set<string>>;

/** The promises of the wallet, computed the slow and obvious way; one sentence per breach, in alphabetical order. */
export function auditWallet(remains: Remains): string[] {
  const answers = answersByOp(remains.decisions);
  return [
    ...auditAnswers(remains, answers, allowed),
    ...auditLegs(remains, answers),
    ...auditRefunds(remains, answers),
    ...auditAccounts(remains, answers),
    ...auditFraud(remains, answers),
    ...auditSums(remains),
  ].toSorted();
}

const allowed: Readonly<Record<string, readonly string[]>> = {
  payment: ['success', 'declined', 'blocked', 'rejected'],
  add_money: ['success', 'declined', 'rejected'],
  refund: ['success', 'declined', 'rejected'],
  registration: ['registered', 'rejected'],
};

const has = (answers: Answers, op: number | null, answer: string): boolean =>
  op !== null && (answers.get(op)?.has(answer) ?? false);

/** What a successful operation moves, `leg key delta`. */
function legsOf({ kind, key, otherKey, amountPaise }: Operation): string[] {
  if (kind === 'add_money') return [`bank-debit ${otherKey} ${-amountPaise}`, `credit ${key} ${amountPaise}`];
  return [`credit ${otherKey} ${amountPaise}`, `debit ${key} ${-amountPaise}`];
}

const moves = ({ leg }: Effect): boolean => leg !== 'review';

function* auditLegs({ submitted, effects }: Remains, answers: Answers): Iterable<string> {
  const byOp = Map.groupBy(effects.filter(moves), ({ op }) => op);
  for (const operation of submitted) {
    const { op, kind } = operation;
    const found = (byOp.get(op) ?? []).map(({ leg, key, delta }) => `${leg} ${key} ${delta}`).toSorted();
    const wanted = has(answers, op, 'success') ? legsOf(operation) : [];
    if (found.join() !== wanted.join()) yield `${kind} ${op} moved [${found.join()}], not [${wanted.join()}]`;
    byOp.delete(op);
  }
  for (const op of byOp.keys()) yield `${op} moved money and was never submitted`;
}

function* auditRefunds({ submitted }: Remains, answers: Answers): Iterable<string> {
  const payments = new Map(submitted.map((operation) => [operation.op, operation]));
  const refunded = new Set<number>();
  for (const { op, kind, subjectOp, key } of submitted) {
    if (kind !== 'refund' || subjectOp === null || !has(answers, op, 'success')) continue;
    if (refunded.has(subjectOp)) yield `payment ${subjectOp} was refunded twice`;
    refunded.add(subjectOp);
    const payment = payments.get(subjectOp);
    if (payment?.otherKey !== key || !has(answers, subjectOp, 'success'))
      yield `refund ${op} of a payment that ${key} did not get`;
  }
}

function* auditAccounts({ opening, submitted, effects, balances }: Remains, answers: Answers): Iterable<string> {
  const registered = submitted.filter(({ op }) => has(answers, op, 'registered'));
  const accounts = [...opening, ...registered.map(({ key }) => ({ key, available: 0 }))];
  const byKey = Map.groupBy(effects.filter(moves), ({ key }) => key);
  const customers = balances.filter(({ key }) => /^[um]\d/.test(key));
  const found = new Map(customers.map((balance) => [balance.key, balance]));
  if (found.size !== customers.length) yield 'an account is on several shards';
  for (const account of accounts) {
    const own = (byKey.get(account.key) ?? []).toSorted((a, b) => a.version - b.version);
    yield* auditAccount(account, own, found.get(account.key));
    let left = account.available;
    for (const { op, delta } of own) {
      left += delta;
      if (left < 0) yield `${account.key} is at ${left} after ${op}`;
    }
  }
}

/** Payments from an emulator are fraud; those let through in crisis mode are reviewed afterwards. */
function* auditFraud({ submitted, decisions, effects }: Remains, answers: Answers): Iterable<string> {
  for (const { op, detail } of submitted) {
    const isFraud = String(detail['device']).startsWith('emulator');
    if (isFraud && has(answers, op, 'success')) yield `fraud ${op} was let through`;
  }
  const reviewed = new Set(effects.filter((effect) => !moves(effect)).map(({ op }) => op));
  for (const { op, answer, mode } of decisions) {
    if (answer === 'success' && mode === 'degraded' && !reviewed.has(op))
      yield `${op} was let through and never reviewed`;
  }
}

function* auditSums({ balances, audits }: Remains): Iterable<string> {
  for (const [name, paise] of audits) if (paise !== 0) yield `the audit ${name} is off by ${paise}`;
  // One row per shard, all with the same name.
  const transit = balances.filter(({ key }) => key === 'transit').reduce((sum, { available }) => sum + available, 0);
  if (transit !== 0) yield `${transit} are left in transit`;
}
