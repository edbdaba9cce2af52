import type { PoolClient } from 'pg';
import { arrayOf, numberArray, quotedName, textArray } from '../../../worker/ledger-pool.ts';
import type { Account, Books, Move, Outcome, TransferRow } from './decide.ts';
import type { Owed } from './outbox.ts';

/** In key order, so that two workers never deadlock. */
const lockAccounts = {
  name: 'lock-accounts',
  text: `SELECT account, available, version FROM accounts WHERE account = ANY($1::text[]) ORDER BY account FOR UPDATE`,
  rowMode: 'array' as const,
};
const readDecided = {
  name: 'read-decided',
  text: 'SELECT op, answer FROM transfers WHERE op = ANY($1::bigint[])',
  rowMode: 'array' as const,
};
const writeTransfers = {
  name: 'write-transfers',
  text: `INSERT INTO transfers (op, answer, debit, credit, paise, debit_version, credit_version)
         SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[])`,
};
const writeAccounts = {
  name: 'write-accounts',
  text: `UPDATE accounts a SET available = n.available, version = n.version
         FROM unnest($1::text[], $2::bigint[], $3::bigint[]) n(account, available, version)
         WHERE a.account = n.account`,
};
const openAccounts = {
  name: 'open-accounts',
  text: 'INSERT INTO accounts (account, available) SELECT account, 0 FROM unnest($1::text[]) account',
};
const writeOutbox = {
  name: 'write-outbox',
  text: `INSERT INTO outbox (first_op, recipient, ops)
         SELECT first_op, recipient, ops::bigint[] FROM unnest($1::bigint[], $2::smallint[], $3::text[]) n(first_op, recipient, ops)`,
};
const clearOutbox = {
  name: 'clear-outbox',
  text: `DELETE FROM outbox o USING unnest($1::bigint[], $2::smallint[]) n(first_op, recipient)
         WHERE o.first_op = n.first_op AND o.recipient = n.recipient`,
};

type AccountRow = [account: string, available: string, version: string];
type DecidedRow = [op: string, answer: number];

/** Begins a transaction, locks the accounts and reads earlier decisions, in one round trip. */
export async function readBooks(
  client: PoolClient,
  places: ReadonlySet<string>,
  moves: readonly Move[],
): Promise<Books> {
  // The second read is a separate statement after the locks, so it sees what they waited for.
  const [, accountRows, decidedRows] = await Promise.all([
    client.query('BEGIN'),
    client.query<AccountRow>({ ...lockAccounts, values: [textArray(places)] }),
    client.query<DecidedRow>({ ...readDecided, values: [numberArray(moves.map(({ op }) => op))] }),
  ]);
  return {
    accounts: new Map<string, Account>(
      accountRows.rows.map(([account, available, version]) => [
        account,
        { available: Number(available), version: Number(version) },
      ]),
    ),
    decided: new Map(decidedRows.rows.map(([op, answer]) => [Number(op), answer])),
  };
}

/** Writes decisions, new debts, and the removal of settled debts. */
export async function writeBooks(
  client: PoolClient,
  outcome: Outcome,
  owed: readonly Owed[],
  paid: readonly Owed[],
): Promise<void> {
  const writes: Promise<unknown>[] = [];
  const write = (statement: { name: string; text: string }, values: string[]) =>
    writes.push(client.query({ ...statement, values }));
  if (outcome.opened.length > 0) write(openAccounts, [textArray(outcome.opened)]);
  if (outcome.rows.length > 0) write(writeTransfers, transferColumns(outcome.rows));
  if (outcome.accounts.size > 0) {
    const after = [...outcome.accounts.values()];
    const [available, versions] = [after.map((row) => row.available), after.map((row) => row.version)];
    write(writeAccounts, [textArray(outcome.accounts.keys()), arrayOf(available), arrayOf(versions)]);
  }
  if (owed.length > 0) {
    const ops = owed.map((one) => quotedName(numberArray(one.moves.map(({ op }) => op))));
    write(writeOutbox, [...outboxKeys(owed), arrayOf(ops)]);
  }
  if (paid.length > 0) write(clearOutbox, outboxKeys(paid));
  await Promise.all(writes);
}

const outboxKeys = (rows: readonly Owed[]): [string, string] => [
  arrayOf(rows.map(({ firstOp }) => firstOp)),
  arrayOf(rows.map(({ recipient }) => recipient)),
];

function transferColumns(rows: readonly TransferRow[]): string[] {
  const column = (pick: (row: TransferRow) => unknown) => arrayOf(rows.map((row) => pick(row)));
  return [
    column((row) => row.op),
    column((row) => row.answer),
    column((row) => quotedName(row.debit)),
    column((row) => quotedName(row.credit)),
    column((row) => row.paise),
    column((row) => row.debitVersion ?? 'NULL'),
    column((row) => row.creditVersion ?? 'NULL'),
  ];
}
