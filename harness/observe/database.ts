import type { PostgresAddress } from '../stack/stack.ts';
import { fiveTimesASecondMs, type Probe, type Reading } from './probe.ts';
import { StoreConnection } from './store-connection.ts';

const answersWithinMs = 1_000;

/** The target's own connections: how many, and how many of them wait for a lock. */
const look = `
  SELECT count(*) FILTER (WHERE usename = $1)::int AS connections,
    count(*) FILTER (WHERE usename = $1 AND wait_event_type = 'Lock')::int AS waiting,
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most
  FROM pg_stat_activity WHERE backend_type = 'client backend'`;

/**
 * One Postgres server by name, over a reserved connection: `up`, `roundTrip` in ms, `connections` as a share of the target's
 * maximum, `lockWaits`. Disposing closes the connection.
 */
export function databaseProbe(name: string, direct: PostgresAddress, targetUser: string): Probe & AsyncDisposable {
  const subject = `postgres:${name}`;
  const connection = new StoreConnection({ ...direct, application_name: 'toofan-probe' }, answersWithinMs);
  return {
    everyMs: fiveTimesASecondMs,
    async sample(): Promise<Reading[]> {
      const begun = performance.now();
      try {
        const { rows } = await connection.use((client) =>
          client.query<{ connections: number; waiting: number; most: number }>(look, [targetUser]),
        );
        const { connections = 0, waiting = 0, most = 1 } = rows[0] ?? {};
        return [
          { probe: 'up', subject, value: 1, unit: '' },
          { probe: 'roundTrip', subject, value: performance.now() - begun, unit: 'ms' },
          { probe: 'connections', subject, value: connections / most, unit: 'share' },
          { probe: 'lockWaits', subject, value: waiting, unit: 'transactions' },
        ];
      } catch {
        return [{ probe: 'up', subject, value: 0, unit: '' }];
      }
    },
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}
