import type pg from 'pg';

/**
 * The batch: everything that merchants were paid since the last one, payment by payment, on one connection held from the first to
 * the last. Resolves to the number of payments settled.
 */
export async function settleMerchants(client: pg.ClientBase, stopping: () => boolean): Promise<number> {
  const { rows } = await client.query<{ op: string; credit: string; paise: string }>(unsettled);
  let settled = 0;
  for (const { op, credit, paise } of rows) {
    if (stopping()) break;
    await client.query({ name: 'settle', text: settle, values: [op, credit, paise] });
    settled += 1;
  }
  return settled;
}

const unsettled = `
  SELECT t.op, t.credit, t.paise FROM transactions t LEFT JOIN settlements s USING (op)
  WHERE t.debit_version IS NOT NULL AND t.credit_version IS NULL AND s.op IS NULL ORDER BY t.op`;

/** The balance and its record in one statement: a batch that dies loses nothing and pays nobody twice. */
const settle = `
  WITH paid AS (
    UPDATE accounts SET available = available + $3, version = version + 1 WHERE account = $2 RETURNING version
  )
  INSERT INTO settlements (op, version) SELECT $1, version FROM paid`;
