/** The single database's state of its money, as the harness reads it. */
const effectsSql = `
  SELECT op, 'debit' AS leg, debit AS key, -paise AS delta, paise AS amount_paise, debit_version AS version,
    pg_xact_commit_timestamp(xmin) AS committed_at
  FROM transactions WHERE debit_version IS NOT NULL
  UNION ALL
  SELECT op, 'credit', credit, paise, paise, credit_version, pg_xact_commit_timestamp(xmin)
  FROM transactions WHERE credit_version IS NOT NULL
  UNION ALL
  SELECT s.op, 'credit', t.credit, t.paise, t.paise, s.version, pg_xact_commit_timestamp(s.xmin)
  FROM settlements s JOIN transactions t USING (op)`;

/** Money taken from payers that no merchant has yet. */
const unsettledSql = `
  SELECT coalesce(sum(t.paise), 0) FROM transactions t LEFT JOIN settlements s USING (op)
  WHERE t.debit_version IS NOT NULL AND t.credit_version IS NULL AND s.op IS NULL`;

const balancesSql = `
  SELECT account AS key, available, NULL::bigint AS sold, version FROM accounts
  UNION ALL SELECT 'transit', (${unsettledSql})::bigint, NULL, NULL`;

/** The difference of balances and outstanding settlements from the opening plus deposits from banks, paise. */
const auditSql = `
  SELECT (SELECT coalesce(sum(available - opening), 0) FROM accounts) + (${unsettledSql})
    - (SELECT coalesce(sum(paise), 0) FROM transactions WHERE debit_version IS NULL AND credit_version IS NOT NULL) AS paise`;

const store = 'main';
export const effects = { store, sql: effectsSql };
export const balances = { store, sql: balancesSql };
export const audit = { name: 'main', store, sql: auditSql };
