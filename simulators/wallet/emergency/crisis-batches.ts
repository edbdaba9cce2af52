import type { DeadLetter } from '../../worker/dead-letters.ts';
import { topics } from '../shared/topics.ts';
import type { Payment } from '../shared/wire.ts';
import type { Job, Parts, Told } from './parts.ts';
import { crisisBatch, fraudAbove } from './settings.ts';

/**
 * `emergency_processing_pipeline` (source 2450-2479): checks only balance and fraud, in large batches; a failing batch is logged,
 * and the next one is taken.
 */
export async function processInCrisis(payments: readonly Job<Payment>[], parts: Parts): Promise<void> {
  for (let from = 0; from < payments.length; from += crisisBatch) {
    try {
      await processBatch(payments.slice(from, from + crisisBatch), parts);
    } catch (error) {
      // During crisis, keep going - log but don't fail.
      parts.failed('crisis batch')(error);
    }
  }
}

/**
 * The steps of a payment, from the source's stream of that night (1924-1942): the balances, then fraud, which may block a payment
 * whose money has already moved, then analytics; exceptions go to the dead letters.
 */
async function processBatch(batch: readonly Job<Payment>[], parts: Parts): Promise<void> {
  const letters: DeadLetter[] = [];
  const moved: Payment[] = [];
  const told: [Payment, Told][] = [];
  await Promise.all(
    batch.map(async ({ request, record }) => {
      try {
        if (await updateWalletBalance(request, parts)) moved.push(request);
        else told.push([request, declined]);
      } catch (error) {
        letters.push({ record, reason: error instanceof Error ? error.message : String(error) });
      }
    }),
  );
  await parts.bury(letters);
  const fraud = await checkFraud(moved, parts);
  for (const payment of moved) told.push([payment, fraud.has(payment.op) ? blocked : success]);
  await Promise.all([
    ...told.map(([payment, answer]) => parts.answer(payment, answer)),
    ...moved.filter(({ op }) => fraud.has(op)).map((payment) => blockTransaction(payment, parts)),
    ...moved.map((payment) => sendToAnalytics(payment, parts)),
  ]);
}

const success: Told = { answer: 'success', reason: 'crisis mode', mode: 'degraded' };
const blocked: Told = { answer: 'blocked', reason: 'fraud', mode: 'degraded' };
const declined: Told = { answer: 'declined', reason: 'not enough money', mode: 'degraded' };

/** False if there is not enough; checked first, and the balances are changed on two shards afterwards. */
async function updateWalletBalance({ op, payer, payee, paise }: Payment, { shards }: Parts): Promise<boolean> {
  if (((await shards.balanceOf(payer)) ?? 0) < paise) return false;
  await shards.change({ op, leg: 'debit', account: payer, delta: -paise });
  await shards.change({ op, leg: 'credit', account: payee, delta: paise });
  return true;
}

/** One call for the whole batch; rejects if the service does not answer in time. */
async function checkFraud(payments: readonly Payment[], { fraud }: Parts): Promise<ReadonlySet<number>> {
  if (payments.length === 0) return new Set();
  const asked = await fraud.ask(
    '/score',
    payments.map(({ op, payer, payee, paise, device }) => ({ id: String(op), payer, payee, paise, device })),
  );
  if (asked.outcome !== 'answered')
    throw new Error(`fraud service: ${asked.outcome === 'unknown' ? asked.why : `answered ${asked.status}`}`);
  const scores = asked.body as readonly { readonly id: string; readonly score: number }[];
  return new Set(scores.filter(({ score }) => score > fraudAbove).map(({ id }) => Number(id)));
}

const blockTransaction = (payment: Payment, { sending }: Parts): Promise<void> =>
  sending.send(topics.blocked, { key: payment.payer, value: JSON.stringify(payment) });

const sendToAnalytics = (payment: Payment, { sending }: Parts): Promise<void> =>
  sending.send(topics.analytics, { key: payment.payer, value: JSON.stringify(payment) });
