/** Effects and balances of the books in `stock` and `decided`, as the harness reads them. */
export const effectsSql = `
  SELECT op, 'stock' AS leg, product AS key, CASE answer WHEN 0 THEN -quantity ELSE quantity END AS delta,
    NULL::bigint AS amount_paise, version, pg_xact_commit_timestamp(xmin) AS committed_at
  FROM decided WHERE version IS NOT NULL`;

export const balancesSql = 'SELECT product AS key, available, sold, version FROM stock';
