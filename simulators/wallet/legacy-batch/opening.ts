import { Client } from 'pg';
import type { Addresses, PostgresAddress, World } from 'toofan';

/** The server that holds everything. */
export function mainPostgres(at: Addresses): PostgresAddress {
  const address = at.postgres['main'];
  if (address === undefined) throw new Error('the stack has no Postgres named main');
  return address;
}

/** Opens every account with its balance. */
export async function openAccounts(at: Addresses, { opening }: Pick<World, 'opening'>): Promise<void> {
  const client = new Client(mainPostgres(at));
  await client.connect();
  try {
    await client.query(
      `INSERT INTO accounts (account, opening, available)
       SELECT account, paise, paise FROM unnest($1::text[], $2::bigint[]) opened(account, paise)`,
      [opening.map(({ key }) => key), opening.map(({ available }) => available)],
    );
    // Fresh statistics, so that the first statements are planned like the last.
    await client.query('ANALYZE accounts');
  } finally {
    await client.end();
  }
}
