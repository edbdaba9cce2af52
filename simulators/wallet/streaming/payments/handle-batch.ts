import type { Producer } from 'kafkajs';
import type { Arrived } from '../../../worker/consume.ts';
import { sendDeadLetters } from '../../../worker/dead-letters.ts';
import { sendAll } from '../../../worker/decision-sender.ts';
import type { Message } from '../../../worker/decision-sender.ts';
import { readRecords } from '../../../worker/read-records.ts';
import { topics } from '../../shared/topics.ts';
import { keyOf, parseRequest } from '../../shared/wire.ts';
import type { Payment, Registration } from '../../shared/wire.ts';
import { code } from '../answers.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Posted } from '../ledger/shard-ledger.ts';
import { settle } from '../settle.ts';
import type { Asked, SettleParts } from '../settle.ts';
import type { FraudCheck } from './fraud-check.ts';
import type { Telling } from './telling.ts';

/** The steps of a batch; a deliberately broken variant replaces some. */
export interface Parts extends SettleParts {
  readonly fraud: Pick<FraudCheck, 'judge'>;
  /** Accounts that nobody knows. */
  readonly unknown: Ledger['unknown'];
  readonly producer: Producer;
  readonly telling: Telling;
}

/**
 * One fetch's records: read → judge → debit → answers, with the credits on other shards in parallel. The caller commits the
 * offsets once everything is done, so a crash anywhere redelivers the records, and the ledger then returns its stored answers.
 */
export async function handleBatch(records: readonly Arrived[], parts: Parts): Promise<void> {
  parts.onStep('read');
  const { requests, letters } = readRecords(records, parseRequest);
  await sendDeadLetters(parts.producer, letters);
  const registrations = requests.filter((one) => one.kind === 'registration');
  const payments = requests.filter((one) => one.kind === 'payment');
  const asked = [...registrations.map((one) => opening(one)), ...(await judged(payments, parts))];
  await settle(asked, parts, (own, posted) => tellOthers(own, posted, parts));
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

/** Payees and analytics are told about new payments; blocked ones are put aside before the offsets are committed. */
async function tellOthers(asked: readonly Asked[], { answers, fresh }: Posted, parts: Parts): Promise<void> {
  const blocked: Message[] = [];
  asked.forEach(({ request }, i) => {
    const stored = answers[i];
    if (stored === undefined || request.kind !== 'payment') return;
    if (stored === code.blocked || stored === code.blockedDegraded)
      blocked.push({ key: keyOf(request), value: JSON.stringify(request) });
    if (fresh[i] === true) parts.telling.tell(request, stored);
  });
  await sendAll(parts.producer, topics.blocked, blocked);
}
