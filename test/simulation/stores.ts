import { join } from 'node:path';
import { startSession } from '../../harness/session/start-session.ts';
import type { Session } from '../../harness/session/session.ts';
import { findPostgres, localPostgres } from '../../harness/stack/local/local-postgres.ts';
import { localRedis } from '../../harness/stack/local/local-redis.ts';
import { LocalServer } from '../../harness/stack/local/local-server.ts';
import { makeDatabase, planStack } from '../../harness/stack/stack-plan.ts';
import type { PostgresAddress, RedisAddress } from '../../harness/stack/stack.ts';

/** The stores of all simulations: a Postgres, on which each has databases of its own, and a Redis. No broker. */
export interface Stores extends AsyncDisposable {
  readonly session: Session;
  /** As the superuser. */
  readonly direct: PostgresAddress;
  /** As the user that a pipeline logs in as. */
  readonly forTarget: PostgresAddress;
  readonly redis: RedisAddress;
}

const need = {
  schema: [],
  settings: {
    max_connections: 1_000,
    // No server is killed here, and thousands of logins are not to be what takes the time.
    fsync: 'off',
    scram_iterations: 1,
  },
} as const;

export async function startStores(): Promise<Stores> {
  const session = await startSession();
  const servers: LocalServer[] = [];
  const end = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.kill()));
    await session[Symbol.asyncDispose]();
  };
  try {
    const plan = await planStack({ topics: {}, postgres: { main: need }, redis: true });
    const [direct, forTarget, { redis }] = [plan.direct.postgres['main'], plan.forTarget.postgres['main'], plan.direct];
    if (direct === undefined || forTarget === undefined || redis === undefined)
      throw new Error('no address was planned');
    const installation = await findPostgres(session);
    servers.push(
      new LocalServer(
        session,
        await localPostgres(session, installation, 'main', need, join(session.folder, 'postgres'), direct),
      ),
      new LocalServer(session, await localRedis(session, join(session.folder, 'redis'), redis, () => {})),
    );
    await Promise.all(servers.map((server) => server.start()));
    await makeDatabase(direct, forTarget);
    return { session, direct, forTarget, redis, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}
