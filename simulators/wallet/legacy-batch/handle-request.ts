import { DatabaseError } from 'pg';
import type { Pool, PoolClient } from 'pg';
import type { Asker } from '../../worker/ask.ts';
import type { DecisionToSend } from '../../worker/decision-sender.ts';
import { keyOf } from '../shared/wire.ts';
import type { AddMoney, Payment, Refund, Registration, Request } from '../shared/wire.ts';
import { fraudAbove } from './settings.ts';
import {
  balanceOf,
  change,
  decidedBefore,
  isRefunded,
  openAccount,
  writeDetails,
  writeRefund,
  writeTransaction,
} from './statements.ts';
import type { Decided, Transaction } from './statements.ts';

export interface Path {
  readonly pool: Pick<Pool, 'connect'>;
  readonly fraud: Pick<Asker, 'ask'>;
  readonly bank: Pick<Asker, 'ask'>;
  readonly onError: (error: unknown) => void;
}

/**
 * One operation from start to end over one connection, which is held throughout, even during HTTP calls. Never rejects: whoever
 * waited too long, for a connection, a statement or a service, is told that it failed, whatever its outcome.
 */
export async function handleRequest(request: Request, path: Path): Promise<DecisionToSend> {
  let client: PoolClient | undefined;
  let broken = false;
  try {
    client = await path.pool.connect();
    const { answer, reason } = (await decidedBefore(client, request.op)) ?? (await decide(client, request, path));
    return { op: request.op, key: keyOf(request), answer, reason };
  } catch (error) {
    path.onError(error);
    // The server may still be busy with a statement that timed out: its connection is useless to anybody else.
    broken = !(error instanceof DatabaseError);
    const answer = request.kind === 'registration' ? 'rejected' : 'failed';
    return { op: request.op, key: keyOf(request), answer, reason: reasonOf(error) };
  } finally {
    client?.release(broken);
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function decide(client: PoolClient, request: Request, path: Path): Promise<Pick<Decided, 'answer' | 'reason'>> {
  if (request.kind === 'payment') return pay(client, request, path);
  if (request.kind === 'add_money') return addMoney(client, request, path);
  return request.kind === 'refund' ? refund(client, request) : register(client, request);
}

/** All validations, one after another (source 4419-4424 lists what the emergency pipeline skipped), then the debit. */
async function pay(client: PoolClient, payment: Payment, { fraud }: Path): Promise<Decided> {
  const { op, payer, payee, paise, device } = payment;
  const transaction = { op, debit: payer, credit: payee, paise };
  if ((await balanceOf(client, payer)) === null) return turnDown(client, transaction, 'rejected', 'no such payer');
  if ((await balanceOf(client, payee)) === null) return turnDown(client, transaction, 'rejected', 'no such payee');
  const balance = await balanceOf(client, payer);
  if (balance === null || balance < paise) return turnDown(client, transaction, 'declined', 'not enough money');
  if ((await scoreOf(payment, fraud)) > fraudAbove) return turnDown(client, transaction, 'blocked', 'fraud');
  await writeDetails(client, op, device, payer);
  // What was checked above is not rechecked: other payments may have used the same balance meanwhile.
  return succeed(client, transaction, async () => ({
    debit: await change(client, payer, -paise),
    ...(!isMerchant(payee) && { credit: await change(client, payee, paise) }),
  }));
}

async function scoreOf({ op, payer, payee, paise, device }: Payment, fraud: Path['fraud']): Promise<number> {
  const asked = await fraud.ask('/score', [{ id: String(op), payer, payee, paise, device }]);
  if (asked.outcome !== 'answered') throw new Error(`fraud service: ${whyNot(asked)}`);
  const [scored] = asked.body as readonly { readonly score: number }[];
  return scored?.score ?? 1;
}

/** The bank first, then the wallet. A bank that does not answer in time may have paid all the same. */
async function addMoney(client: PoolClient, { op, wallet, bank, paise }: AddMoney, path: Path): Promise<Decided> {
  const transaction = { op, debit: bank, credit: wallet, paise };
  if ((await balanceOf(client, wallet)) === null) return turnDown(client, transaction, 'rejected', 'no such wallet');
  const asked = await path.bank.ask('/debits', { id: String(op), account: bank, paise });
  if (asked.outcome !== 'answered') throw new Error(`bank: ${whyNot(asked)}`);
  const { status } = asked.body as { readonly status: string };
  if (status !== 'done') return turnDown(client, transaction, 'declined', 'declined by the bank');
  return succeed(client, transaction, async () => ({ credit: await change(client, wallet, paise) }));
}

const whyNot = (asked: Exclude<Awaited<ReturnType<Asker['ask']>>, { outcome: 'answered' }>): string =>
  asked.outcome === 'refused' ? `answered ${asked.status}` : asked.why;

async function refund(client: PoolClient, { op, merchant, user, paymentOp, paise }: Refund): Promise<Decided> {
  const transaction = { op, debit: merchant, credit: user, paise };
  const payment = await decidedBefore(client, paymentOp);
  const isTheirs = payment?.answer === 'success' && payment.debit === user && payment.credit === merchant;
  if (!isTheirs || payment.paise !== paise || (await isRefunded(client, paymentOp)))
    return turnDown(client, transaction, 'declined', 'no such payment, or refunded');
  if (((await balanceOf(client, merchant)) ?? 0) < paise)
    return turnDown(client, transaction, 'declined', 'not enough money');
  try {
    return await succeed(client, transaction, async () => {
      await writeRefund(client, paymentOp, op);
      return { debit: await change(client, merchant, -paise), credit: await change(client, user, paise) };
    });
  } catch (error) {
    // Another refund of it was quicker.
    if (isTaken(error)) return turnDown(client, transaction, 'declined', 'no such payment, or refunded');
    throw error;
  }
}

async function register(client: PoolClient, { op, user }: Registration): Promise<Decided> {
  const transaction = { op, debit: user, credit: user, paise: 0 };
  if ((await balanceOf(client, user)) !== null)
    return turnDown(client, transaction, 'rejected', 'there is such an account');
  return written(client, { ...transaction, answer: 'registered', reason: null }, async () => {
    await openAccount(client, user);
    return {};
  });
}

/** Merchants are paid by the batch. */
const isMerchant = (account: string): boolean => account.startsWith('m');

type Unanswered = Omit<Transaction, 'answer' | 'reason'>;
interface Versions {
  readonly debit?: number;
  readonly credit?: number;
}

const turnDown = (client: PoolClient, transaction: Unanswered, answer: string, reason: string): Promise<Decided> =>
  written(client, { ...transaction, answer, reason }, async () => ({}));

const succeed = (client: PoolClient, transaction: Unanswered, move: () => Promise<Versions>): Promise<Decided> =>
  written(client, { ...transaction, answer: 'success', reason: null }, move);

/** The unique key already exists. */
const isTaken = (error: unknown): boolean => error instanceof DatabaseError && error.code === '23505';

/** Moves money and records it in one transaction. If the same operation was recorded meanwhile, that answer counts. */
async function written(client: PoolClient, transaction: Transaction, move: () => Promise<Versions>): Promise<Decided> {
  try {
    await client.query('BEGIN');
    await writeTransaction(client, transaction, await move());
    await client.query('COMMIT');
    return transaction;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    await client.query('ROLLBACK');
    const before = isTaken(error) ? await decidedBefore(client, transaction.op) : null;
    if (before === null) throw error;
    return before;
  }
}
