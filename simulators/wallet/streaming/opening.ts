import { Client } from 'pg';
import type { Addresses, OpeningBalance, PostgresAddress, World } from 'toofan';
import { shardOf } from './ledger/accounts.ts';
import { shardName, shardNumbers } from './ledger/ledger.ts';

/** Opens every account on its shard, with the shard's capital against the balances; `placeOf` gives a wrong shard for some. */
export async function openAccounts(at: Addresses, world: Pick<World, 'opening'>, placeOf = shardOf): Promise<void> {
  const byShard = Map.groupBy(world.opening, ({ key }) => placeOf(key));
  await Promise.all(shardNumbers.map((shard) => openOn(at.postgres[shardName(shard)], byShard.get(shard) ?? [])));
}

async function openOn(address: PostgresAddress | undefined, opening: readonly OpeningBalance[]): Promise<void> {
  const client = new Client(address);
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('INSERT INTO accounts (account, available) SELECT * FROM unnest($1::text[], $2::bigint[])', [
      opening.map(({ key }) => key),
      opening.map(({ available }) => available),
    ]);
    const total = opening.reduce((sum, { available }) => sum + available, 0);
    await client.query(`UPDATE accounts SET available = available - $1 WHERE account = 'capital'`, [total]);
    await client.query('COMMIT');
    // Fresh statistics, so that the first statements are planned like the last.
    await client.query('ANALYZE accounts');
  } finally {
    await client.end();
  }
}
