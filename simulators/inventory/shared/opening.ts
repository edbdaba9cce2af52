import { Client } from 'pg';
import type { Addresses, PostgresAddress, World } from 'toofan';
import { openRedis, redisOf, writeShelf } from './shelf.ts';

const connectWithinMs = 10_000;
/** Half a million products take seconds. */
const answersWithinMs = 60_000;

/** The server with the books, by its name in the targets of this folder. */
export function mainPostgres(at: Addresses): PostgresAddress {
  const address = at.postgres['main'];
  if (address === undefined) throw new Error('the stack has no Postgres named main');
  return address;
}

/** Writes the opening stock into an empty `stock` table. */
export async function stockUp(at: Addresses, world: World): Promise<void> {
  const client = new Client({
    ...mainPostgres(at),
    connectionTimeoutMillis: connectWithinMs,
    query_timeout: answersWithinMs,
  });
  client.on('error', () => undefined); // The query that met it rejects with it.
  await client.connect();
  try {
    await client.query(
      'INSERT INTO stock (product, available) SELECT * FROM unnest($1::text[], $2::bigint[]) ON CONFLICT DO NOTHING',
      [world.opening.map(({ key }) => key), world.opening.map(({ available }) => available)],
    );
    // Fresh statistics, so that the first statements are planned like the last.
    await client.query('ANALYZE stock');
  } finally {
    await client.end();
  }
}

/** Puts the opening stock on the shelf, for a pipeline whose workers sell from it. */
export async function shelveOpening(at: Addresses, world: World): Promise<void> {
  const redis = openRedis(redisOf(at), answersWithinMs);
  try {
    await redis.connect();
    await writeShelf(
      redis,
      world.opening.map(({ key, available }) => ({ product: key, available, version: 0 })),
    );
  } finally {
    redis.disconnect();
  }
}
