import { Pool } from 'pg';
import type { PoolConfig } from 'pg';
import type { PostgresAddress } from 'toofan';

/**
 * A pool whose plans do not depend on how full the tables were when a statement was first prepared; `more` server options, and
 * the client's `patience`.
 */
export const openLedgerPool = (
  address: PostgresAddress,
  connections: number,
  more = '',
  patience: Pick<PoolConfig, 'connectionTimeoutMillis' | 'query_timeout' | 'idleTimeoutMillis'> = {},
): Pool => {
  const options = `-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off ${more}`;
  const pool = new Pool({ ...address, ...patience, max: connections, pipeline: true, options });
  // A connection that breaks while idle is nobody's error: the next transaction opens a new one.
  pool.on('error', () => {});
  // One that breaks in use also fails its query; without a listener it would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
};

/** Opens all connections of a pool in advance, or as many as the server allows. */
export async function fill(pool: Pool): Promise<void> {
  const opening = await Promise.allSettled(Array.from({ length: pool.options.max }, () => pool.connect()));
  for (const opened of opening) if (opened.status === 'fulfilled') opened.value.release();
}

/** Array literals by hand: the driver's quoting of every number costs more than the rest of the batch. */
export const arrayOf = (items: readonly unknown[]): string => `{${items.join(',')}}`;
export const numberArray = (numbers: Iterable<number>): string => arrayOf([...numbers]);
export const textArray = (names: Iterable<string>): string => arrayOf([...names].map((name) => quotedName(name)));
/** Names were checked when they were read: they contain no quote or backslash. */
export const quotedName = (name: string): string => `"${name}"`;
