import { topics } from '../shared/topics.ts';
import type { Payment } from '../shared/wire.ts';
import type { Parts, Told } from './parts.ts';
import { validationsWithinMs, warnAboveMs } from './settings.ts';

/** Checked by the basic rule only. */
const mode = 'degraded';
const failed = (reason: string): Told => ({ answer: 'failed', reason, mode });

/** `process_transaction_emergency_mode`, line by line as it was deployed (source 4434-4491). */
export async function processTransaction(payment: Payment, parts: Parts): Promise<Told> {
  const startedAt = performance.now();
  try {
    // Step 1: critical validations only, all at once.
    const results = await withinMs(
      validationsWithinMs,
      Promise.all([
        validateAccount(payment.payer, parts),
        validateAccount(payment.payee, parts),
        checkBalance(payment, parts),
        basicFraudCheck(payment),
      ]),
    );
    if (!results.every(Boolean)) return failed(`validations: ${results.join(', ')}`);
    // Step 2: the transfer.
    await transferMoney(payment, parts);
    // Step 3: fire and forget.
    void notifyParties(payment, parts).catch(parts.failed('notification'));
    // Step 4.
    await queueForDetailedProcessing(payment, parts);
    if (performance.now() - startedAt > warnAboveMs) parts.slow();
    return { answer: 'success', reason: 'emergency mode', mode };
  } catch (error) {
    if (error instanceof ValidationTimeout) return failed('VALIDATION_TIMEOUT');
    parts.failed('transaction')(error);
    return failed(error instanceof Error ? error.message : String(error));
  }
}

class ValidationTimeout extends Error {}

/** `asyncio.wait_for`; the databases go on with what they were asked, and nobody hears of it. */
async function withinMs<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ValidationTimeout()), limitMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

const validateAccount = async (account: string, { shards }: Parts): Promise<boolean> =>
  (await shards.balanceOf(account)) !== null;

const checkBalance = async ({ payer, paise }: Payment, { shards }: Parts): Promise<boolean> =>
  ((await shards.balanceOf(payer)) ?? 0) >= paise;

/** The basic rule: nobody pays honestly from an emulated device. */
const basicFraudCheck = async ({ device }: Payment): Promise<boolean> => !device.startsWith('emulator');

/** Two shards, two transactions; the balance was checked a while ago. */
async function transferMoney({ op, payer, payee, paise }: Payment, { shards }: Parts): Promise<void> {
  await shards.change({ op, leg: 'debit', account: payer, delta: -paise });
  await shards.change({ op, leg: 'credit', account: payee, delta: paise });
}

const notifyParties = ({ op, payee, paise }: Payment, { sending }: Parts): Promise<void> =>
  sending.send(topics.notifications, {
    key: payee,
    value: `{"paymentId":"${op}","payee":"${payee}","paise":${paise}}`,
  });

/** In the format of `upi-transactions`, so that its readers need only one. */
const queueForDetailedProcessing = (payment: Payment, { sending }: Parts): Promise<void> => {
  const { op, payer, payee, paise, device } = payment;
  const value = JSON.stringify({ paymentId: String(op), payer, payee, paise, device });
  return sending.send(topics.details, { key: payer, value });
};
