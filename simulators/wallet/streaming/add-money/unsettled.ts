import { numberArray } from '../../../worker/ledger-pool.ts';
import { retryTransient } from '../../../worker/retry.ts';
import type { ShardLedger } from '../ledger/shard-ledger.ts';

/** Debits at a bank with an open outcome, recorded on the wallet's shard. */
export const writeUnsettled = (shard: ShardLedger, op: number): Promise<unknown> =>
  retryTransient(() => shard.pool.query('INSERT INTO unsettled (op) VALUES ($1) ON CONFLICT DO NOTHING', [op]));

/** Those of some operations whose outcome was already open. */
export async function readUnsettled(shard: ShardLedger, ops: readonly number[]): Promise<number[]> {
  const text = 'SELECT op FROM unsettled WHERE op = ANY($1::bigint[])';
  const { rows } = await retryTransient(() => shard.pool.query<{ op: string }>(text, [numberArray(ops)]));
  return rows.map(({ op }) => Number(op));
}

/** Their outcome is known and in the ledger. */
export const clearUnsettled = (shard: ShardLedger, op: number): Promise<unknown> =>
  retryTransient(() => shard.pool.query('DELETE FROM unsettled WHERE op = $1', [op]));
