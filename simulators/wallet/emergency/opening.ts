import { Client } from 'pg';
import type { Addresses, World } from 'toofan';
import { databases, movedTo } from './sharding.ts';

/** Opens every account with its balance, on the shard to which it was moved. */
export async function openAccounts({ postgres }: Addresses, { opening }: Pick<World, 'opening'>): Promise<void> {
  const byDatabase = Map.groupBy(opening, ({ key }) => movedTo(key));
  await Promise.all(
    databases.map(async (database) => {
      const accounts = byDatabase.get(database) ?? [];
      const client = new Client(postgres[database]);
      await client.connect();
      try {
        await client.query(
          `INSERT INTO accounts (account, opening, available)
           SELECT account, paise, paise FROM unnest($1::text[], $2::bigint[]) opened(account, paise)`,
          [accounts.map(({ key }) => key), accounts.map(({ available }) => available)],
        );
        // Fresh statistics, so that the first statements are planned like the last.
        await client.query('ANALYZE accounts');
      } finally {
        await client.end();
      }
    }),
  );
}
