import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import type { Addresses, OpeningBalance, PostgresNeed, TruthQuery } from 'toofan';

/** The bank's server in a target's `needs.postgres`, and its store in the history. */
export const bankStore = 'bank';

/** For `needs.postgres.bank` of a target with the UPI switch among its dependencies. */
export const bankNeed: PostgresNeed = {
  schema: fileURLToPath(new URL('../upi-switch.sql', import.meta.url)),
  settings: { max_connections: 20 },
};

/** Debits that took money (leg `bank-debit`) and their reversals (`bank-reversal`), keyed by account. */
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

/** Accounts that were opened in advance or used since. */
export const bankBalances: TruthQuery = {
  store: bankStore,
  sql: 'SELECT account AS key, paise AS available, NULL::bigint AS sold, version FROM accounts',
};

/** The difference between the bank's balances and their opening plus movements, paise: 0 at every moment. */
export const bankAudit = {
  name: 'bank',
  store: bankStore,
  sql: `
  SELECT (SELECT coalesce(sum(paise - opening), 0) FROM accounts)
    + (SELECT coalesce(sum(paise), 0) FROM debits WHERE version IS NOT NULL)
    - (SELECT coalesce(sum(d.paise), 0) FROM reversals r JOIN debits d USING (id) WHERE r.version IS NOT NULL) AS paise`,
};

/**
 * Opens accounts with these balances (`b…`, paise); for `prepare` of a target whose world names them, so that they are in the
 * history's opening. Any other account opens on first use (see `openingPaise`).
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
