import { Redis } from 'ioredis';
import type { Row } from '../history/schema.ts';
import type { Addresses, PostgresAddress, RedisAddress } from '../stack/stack.ts';
import type { Reading } from './probe.ts';
import { StoreConnection } from './store-connection.ts';

const answersWithinMs = 2_000;

/**
 * Calls that each store has counted since it started: probe `calls`, subject `postgres:<name>` (transactions of the target's database)
 * or `redis` (commands). Our own probes, some ten a second, are among them. A store that does not answer has no reading: what it costs
 * is then unknown, and nothing else.
 */
export async function storeCalls({ postgres, redis }: Addresses): Promise<readonly Row<'samples'>[]> {
  const began_at = Date.now() * 1000;
  const asked = [
    ...Object.entries(postgres).map(async ([name, address]): Promise<Reading> => ({
      probe: 'calls',
      subject: `postgres:${name}`,
      value: await transactions(address),
      unit: 'transactions',
    })),
    ...(redis === undefined
      ? []
      : [commands(redis).then((value): Reading => ({ probe: 'calls', subject: 'redis', value, unit: 'commands' }))]),
  ];
  const told = await Promise.allSettled(asked);
  const at = Date.now() * 1000;
  return told.flatMap((one) =>
    one.status === 'fulfilled' && Number.isFinite(one.value.value) ? [{ at, began_at, ...one.value }] : [],
  );
}

async function transactions(address: PostgresAddress): Promise<number> {
  await using connection = new StoreConnection({ ...address, application_name: 'toofan-probe' }, answersWithinMs);
  const { rows } = await connection.use((client) =>
    client.query<{ calls: string }>(
      'SELECT xact_commit + xact_rollback AS calls FROM pg_stat_database WHERE datname = current_database()',
    ),
  );
  return Number(rows[0]?.calls);
}

async function commands(address: RedisAddress): Promise<number> {
  const redis = new Redis({
    ...address,
    lazyConnect: true,
    connectTimeout: answersWithinMs,
    commandTimeout: answersWithinMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined); // The command that met it rejects with it.
  try {
    await redis.connect();
    return Number(/^total_commands_processed:(\d+)/m.exec(await redis.info('stats'))?.[1]);
  } finally {
    redis.disconnect();
  }
}
