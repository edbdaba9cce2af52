import type { Producer } from 'kafkajs';
import type { Arrived } from '../../../worker/consume.ts';
import { sendDeadLetters } from '../../../worker/dead-letters.ts';
import { sendAll } from '../../../worker/decision-sender.ts';
import type { DecisionToSend, Message } from '../../../worker/decision-sender.ts';
import { readRecords } from '../../../worker/read-records.ts';
import type { WorkerMetrics } from '../../../worker/worker-metrics.ts';
import { topics } from '../../shared/topics.ts';
import { keyOf, parseRequest } from '../../shared/wire.ts';
import type { Payment, Refund, Registration, Request } from '../../shared/wire.ts';
import { code, verdictOf } from '../answers.ts';
import type { Code } from '../answers.ts';
import { homeOf } from '../ledger/accounts.ts';
import type { Move } from '../ledger/decide.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { release } from '../ledger/refund-claims.ts';
import type { claim } from '../ledger/refund-claims.ts';
import type { Posted } from '../ledger/shard-ledger.ts';
import type { CrashPoint } from '../crash-points.ts';
import type { FraudCheck } from './fraud-check.ts';
import type { Telling } from './telling.ts';

/** What a batch passes through; a variant that is broken on purpose exchanges some of it. */
export interface Parts {
  readonly ledger: Ledger;
  readonly fraud: Pick<FraudCheck, 'judge'>;
  /** Those of some accounts that nobody knows. */
  readonly unknown: Ledger['unknown'];
  /** Tells customers; resolves once the broker holds it. */
  readonly tell: (decisions: readonly DecisionToSend[]) => Promise<void>;
  /** The refunds that may go ahead. */
  readonly claim: typeof claim;
  readonly producer: Producer;
  readonly telling: Telling;
  readonly metrics: WorkerMetrics;
  readonly onStep: (step: CrashPoint) => void;
}

/** A request, and what the ledger is asked for it. */
interface Asked {
  readonly request: Request;
  readonly move: Move;
}

/**
 * One fetch's records: read → judge → debit → answers, and at the same time the credits on other shards. The caller commits the
 * offsets once all of it is done, so a crash anywhere brings the records again, and the ledger then gives its stored answers.
 */
export async function handleBatch(records: readonly Arrived[], parts: Parts): Promise<void> {
  parts.onStep('read');
  const { requests, letters } = readRecords(records, parseRequest);
  await sendDeadLetters(parts.producer, letters);
  const registrations = requests.filter((one) => one.kind === 'registration');
  const payments = requests.filter((one) => one.kind === 'payment');
  await settle([...registrations.map((one) => opening(one)), ...(await judged(payments, parts))], parts);
  // After the payments, which some of them may be about.
  await refund(
    requests.filter((one) => one.kind === 'refund'),
    parts,
  );
}

const opening = (request: Registration): Asked => {
  const { op, user } = request;
  return { request, move: { op, debit: user, credit: user, paise: 0, refusal: null, opens: true } };
};

async function judged(payments: readonly Payment[], { fraud, unknown }: Parts): Promise<Asked[]> {
  const payees = payments.map(({ payee }) => payee);
  const [{ degraded, fraud: frauds }, nobody] = await Promise.all([fraud.judge(payments), unknown(payees)]);
  return payments.map((request) => {
    const { op, payer, payee, paise } = request;
    let refusal: number | null = null;
    if (frauds.has(op)) refusal = degraded ? code.blockedDegraded : code.blocked;
    else if (nobody.has(payee)) refusal = code.noAccount;
    return { request, move: { op, debit: payer, credit: payee, paise, refusal, degraded } };
  });
}

async function refund(refunds: readonly Refund[], parts: Parts): Promise<void> {
  if (refunds.length === 0) return;
  const claimed = await parts.claim(parts.ledger, refunds);
  const asked = refunds.map((request) => {
    const { op, merchant, user, paise } = request;
    const refusal = claimed.has(op) ? null : code.notRefundable;
    return { request, move: { op, debit: merchant, credit: user, paise, refusal } };
  });
  const answers = await settle(asked, parts);
  // A merchant who cannot pay today may be asked again tomorrow.
  await release(
    parts.ledger,
    refunds.filter(({ op }) => answers.get(op) === code.noFunds),
  );
}

/** Every shard by itself: who pays from one that is well does not wait for one that is not. The answers by operation. */
async function settle(asked: readonly Asked[], parts: Parts): Promise<ReadonlyMap<number, Code>> {
  const byHome = Map.groupBy(asked, ({ move }) => homeOf(move));
  const answers = new Map<number, Code>();
  await Promise.all(
    Array.from(byHome, async ([shard, own]) => {
      const posted = await parts.ledger.shard(shard).post(own.map(({ move }) => move));
      parts.onStep('after-commit');
      own.forEach(({ move: { op } }, i) => answers.set(op, posted.answers[i] ?? code.noAccount));
      await Promise.all([answer(own, posted, parts), bring(shard, posted, parts)]);
    }),
  );
  return answers;
}

async function bring(shard: number, posted: Posted, { ledger, onStep }: Parts): Promise<void> {
  await ledger.settle(shard, posted);
  onStep('after-credits');
}

async function answer(asked: readonly Asked[], { answers, fresh }: Posted, parts: Parts): Promise<void> {
  const decisions: DecisionToSend[] = [];
  const blocked: Message[] = [];
  asked.forEach(({ request }, i) => {
    const stored = answers[i];
    if (stored === undefined) return;
    const key = keyOf(request);
    decisions.push({ op: request.op, key, ...verdictOf(stored) });
    if (stored === code.blocked || stored === code.blockedDegraded)
      blocked.push({ key, value: JSON.stringify(request) });
    if (fresh[i] === true && request.kind === 'payment') parts.telling.tell(request, stored);
  });
  await Promise.all([parts.tell(decisions), sendAll(parts.producer, topics.blocked, blocked)]);
  parts.onStep('after-decisions');
  parts.metrics.answered(decisions.map((decision) => decision.answer));
}
