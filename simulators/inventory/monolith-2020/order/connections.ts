import type { Pool, PoolClient } from 'pg';
import type { Connections } from '../../shared/ledger.ts';

/** No transaction was begun: the pool had no free connection in time, or the server refused one. */
export class NoConnection extends Error {}

/** A pool whose refusals are distinguishable from failures inside a transaction. */
export const connectionsOf = (pool: Pool): Connections => ({
  connect: async (): Promise<PoolClient> => {
    try {
      return await pool.connect();
    } catch (error) {
      throw new NoConnection(error instanceof Error ? error.message : String(error), { cause: error });
    }
  },
});
