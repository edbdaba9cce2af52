import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import type { Addresses, OpeningBalance, PostgresNeed, TruthQuery } from 'toofan';

/** The name of the bank's server among a target's `needs.postgres`, and of its store in the history. */
export const bankStore = 'bank';

/** For `needs.postgres.bank` of a target that has the UPI switch among its dependencies. */
export const bankNeed: PostgresNeed = {
  schema: fileURLToPath(new URL('../upi-switch.sql', import.meta.url)),
  settings: { max_connections: 20 },
};

/** Debits that took money (leg `bank-debit`) and what was given back of them (`bank-reversal`), keyed by account. */
export const bankEffects: TruthQuery = {
  store: bankStore,
  sql: `
  SELECT id AS op, 'bank-debit' AS leg, account AS key, -paise AS delta, paise AS amount_paise, version,
    pg_xact_commit_timestamp(xmin) AS committed_at
  FROM debits WHERE version IS NOT NULL
  UNION ALL
  SELECT r.id, 'bank-reversal', d.account, d.paise, d.paise, r.version, pg_xact_commit_timestamp(r.xmin)
  FROM reversals r JOIN debits d USING (id) WHERE r.version IS NOT NULL`,
};

/** Accounts that were opened beforehand or have been asked for. */
export const bankBalances: TruthQuery = {
  store: bankStore,
  sql: 'SELECT account AS key, paise AS available, NULL::bigint AS sold, version FROM accounts',
};

/** Paise by which the bank's balances differ from what they opened with and what moved since: 0 at every moment. */
export const bankAudit = {
  name: 'bank',
  store: bankStore,
  sql: `
  SELECT (SELECT coalesce(sum(paise - opening), 0) FROM accounts)
    + (SELECT coalesce(sum(paise), 0) FROM debits WHERE version IS NOT NULL)
    - (SELECT coalesce(sum(d.paise), 0) FROM reversals r JOIN debits d USING (id) WHERE r.version IS NOT NULL) AS paise`,
};

/**
 * Opens accounts with these balances (`b…`, paise); for `prepare` of a target whose world names them, so that they are in
 * the history's opening. Any other opens by itself when it is first asked for (see `openingPaise`).
 */
export async function openAccounts({ postgres }: Addresses, accounts: readonly OpeningBalance[]): Promise<void> {
  const client = new Client(postgres[bankStore]);
  await client.connect();
  try {
    await client.query(
      `INSERT INTO accounts (account, opening, paise)
       SELECT key, paise, paise FROM unnest($1::text[], $2::bigint[]) opened(key, paise)`,
      [accounts.map(({ key }) => key), accounts.map(({ available }) => available)],
    );
  } finally {
    await client.end();
  }
}
