import type { AddMoney, Refund, Registration } from '../shared/wire.ts';
import type { Parts, Told } from './parts.ts';

/**
 * Operations that the source does not describe, done like its payments: one step after another, and anything not known in time
 * has failed.
 */

/** The bank first, then the wallet. */
export async function addMoney({ op, wallet, bank, paise }: AddMoney, parts: Parts): Promise<Told> {
  try {
    if ((await parts.shards.balanceOf(wallet)) === null) return { answer: 'rejected', reason: 'no such wallet' };
    const asked = await parts.bank.ask('/debits', { id: String(op), account: bank, paise });
    if (asked.outcome !== 'answered')
      throw new Error(asked.outcome === 'unknown' ? asked.why : `the bank answered ${asked.status}`);
    if ((asked.body as { readonly status?: unknown }).status !== 'done')
      return { answer: 'declined', reason: 'declined by the bank' };
    await parts.shards.change({ op, leg: 'credit', account: wallet, delta: paise });
    return { answer: 'success', reason: null };
  } catch (error) {
    parts.failed('add-money')(error);
    return { answer: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** A payment in reverse. */
export async function refund(request: Refund, { shards, failed }: Parts): Promise<Told> {
  const { op, merchant, user, paymentOp: payment, paise } = request;
  try {
    if (!(await shards.mayRefund(payment, merchant, paise)))
      return { answer: 'declined', reason: 'no such payment, or refunded' };
    if (((await shards.balanceOf(merchant)) ?? 0) < paise) return { answer: 'declined', reason: 'not enough money' };
    await shards.change({ op, leg: 'debit', account: merchant, delta: -paise, payment });
    await shards.change({ op, leg: 'credit', account: user, delta: paise });
    return { answer: 'success', reason: null };
  } catch (error) {
    failed('refund')(error);
    return { answer: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Rejects if the new user has no shard. */
export const register = async ({ user }: Registration, { shards }: Parts): Promise<Told> =>
  (await shards.open(user))
    ? { answer: 'registered', reason: null }
    : { answer: 'rejected', reason: 'there is such an account' };
