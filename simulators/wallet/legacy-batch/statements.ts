import type { PoolClient } from 'pg';

/** The decision on an operation, as stored in `transactions`. */
export interface Decided {
  readonly answer: string;
  readonly reason: string | null;
  readonly debit: string;
  readonly credit: string;
  readonly paise: number;
}

/** An operation to record. */
export interface Transaction extends Decided {
  readonly op: number;
}

export async function decidedBefore(client: PoolClient, op: number): Promise<Decided | null> {
  const { rows } = await client.query<Omit<Decided, 'paise'> & { paise: string }>({
    name: 'decided-before',
    text: 'SELECT answer, reason, debit, credit, paise FROM transactions WHERE op = $1',
    values: [op],
  });
  const [row] = rows;
  return row === undefined ? null : { ...row, paise: Number(row.paise) };
}

/** The account's balance; null if it does not exist. */
export async function balanceOf(client: PoolClient, account: string): Promise<number | null> {
  const { rows } = await client.query<{ available: string }>({
    name: 'balance',
    text: 'SELECT available FROM accounts WHERE account = $1',
    values: [account],
  });
  const [row] = rows;
  return row === undefined ? null : Number(row.available);
}

/** Changes a balance, whatever it is; returns the account's new version. */
export async function change(client: PoolClient, account: string, paise: number): Promise<number> {
  const { rows } = await client.query<{ version: string }>({
    name: 'change-balance',
    text: 'UPDATE accounts SET available = available + $2, version = version + 1 WHERE account = $1 RETURNING version',
    values: [account, paise],
  });
  const [row] = rows;
  if (row === undefined) throw new Error(`${account}: no such account`);
  return Number(row.version);
}

export async function writeDetails(client: PoolClient, op: number, device: string, payer: string): Promise<void> {
  await client.query({
    name: 'write-details',
    text: `INSERT INTO details (op, device, payments_before, paise_before)
           SELECT $1, $2, count(*), coalesce(sum(paise), 0) FROM transactions WHERE debit = $3
           ON CONFLICT DO NOTHING`,
    values: [op, device, payer],
  });
}

export async function openAccount(client: PoolClient, account: string): Promise<void> {
  await client.query({
    name: 'open-account',
    text: 'INSERT INTO accounts (account, opening, available) VALUES ($1, 0, 0)',
    values: [account],
  });
}

export async function writeTransaction(
  client: PoolClient,
  { op, answer, reason, debit, credit, paise }: Transaction,
  versions: { readonly debit?: number; readonly credit?: number } = {},
): Promise<void> {
  await client.query({
    name: 'write-transaction',
    text: 'INSERT INTO transactions VALUES ($1, $2, $3, $4, $5, $6, $7, $8)',
    values: [op, answer, reason, debit, credit, paise, versions.debit ?? null, versions.credit ?? null],
  });
}

export async function isRefunded(client: PoolClient, payment: number): Promise<boolean> {
  const { rows } = await client.query({
    name: 'is-refunded',
    text: 'SELECT 1 FROM refunds WHERE payment = $1',
    values: [payment],
  });
  return rows.length > 0;
}

export async function writeRefund(client: PoolClient, payment: number, refund: number): Promise<void> {
  await client.query({
    name: 'write-refund',
    text: 'INSERT INTO refunds (payment, refund) VALUES ($1, $2)',
    values: [payment, refund],
  });
}
