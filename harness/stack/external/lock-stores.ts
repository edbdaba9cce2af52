import { hostname } from 'node:os';
import { Admin, Consumer } from '@platformatic/kafka';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { unavailable } from '../../errors.ts';
import type { Addresses, KafkaAddress, PostgresAddress, RedisAddress } from '../stack.ts';
import { parseBroker } from '../where-load-may-go.ts';
import { eventually, NotYet } from '../../eventually.ts';

const connectWithinMs = 10_000;
const pollMs = 500;
/** How long Kafka counts a member whose process was killed; the others see that at once. The least that a broker allows as it is installed is 6 s. */
const memberForMs = 8_000;

/** The advisory lock: `toof`, `an`. */
export const lockOfDrill = { classid: 0x746f6f66, objid: 0x616e };
const group = 'toofan-drill';
/** Who holds it, as the servers show it: no blanks, which Redis does not take, and short enough for Postgres. */
const holder = () => `toofan-drill:${process.pid}@${hostname().replaceAll(/[^\w.-]/g, '-')}`.slice(0, 63);

/** Locks that go with their connections, so that a killed harness leaves none. */
export type StoresLock = AsyncDisposable;

/**
 * Keeps every other drill away from somebody else's stores: an advisory lock in each Postgres, a named connection to Redis, membership
 * in a consumer group of Kafka; nothing is written to any. Rejects (69), naming the store and its holder, where another drill has one.
 */
export async function lockStores({ postgres, redis, kafka }: Addresses): Promise<StoresLock> {
  await using held = new AsyncDisposableStack();
  for (const [name, address] of Object.entries(postgres)) await lockPostgres(name, address, held);
  if (redis !== undefined) await lockRedis(redis, held);
  // Last: it takes seconds, and the others tell a drill that runs from one that was killed.
  await lockKafka(kafka, held);
  return held.move();
}

const refused = (store: string, who: string | undefined) =>
  unavailable(
    `--stack external: another drill works on ${store} (${(who ?? 'unknown').replace('toofan-drill:', 'process ')}), and the two would empty each other's stores; wait for its end, or give this one stores of its own`,
  );

async function lockPostgres(name: string, address: PostgresAddress, held: AsyncDisposableStack): Promise<void> {
  const client = new Client({
    ...address,
    application_name: holder(),
    connectionTimeoutMillis: connectWithinMs,
    query_timeout: connectWithinMs,
    keepAlive: true,
  });
  client.on('error', () => undefined); // A store that goes away is found by whoever asks it for something.
  held.defer(() => client.end().catch(() => undefined));
  await client.connect();
  const lock = [lockOfDrill.classid, lockOfDrill.objid];
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1, $2) as locked', lock);
  if (rows[0]?.locked !== true) {
    const who = await client.query<{ application_name: string }>(
      `select application_name from pg_stat_activity where pid in (
         select pid from pg_locks where locktype = 'advisory' and granted and classid = $1 and objid = $2)`,
      lock,
    );
    throw refused(`postgres.${name}`, who.rows[0]?.application_name);
  }
  // Servers that end idle connections would end the lock; older ones do not know the setting.
  await client.query('set idle_session_timeout = 0').catch(() => undefined);
}

async function lockRedis(address: RedisAddress, held: AsyncDisposableStack): Promise<void> {
  const redis = new Redis({
    ...address,
    connectionName: holder(),
    lazyConnect: true,
    connectTimeout: connectWithinMs,
    commandTimeout: connectWithinMs,
    maxRetriesPerRequest: 1,
  });
  redis.on('error', () => undefined);
  held.defer(() => redis.disconnect());
  await redis.connect();
  // A user who may not list connections cannot see the other: then the locks of the other stores must do.
  const listed = await Promise.all([redis.client('ID'), redis.client('LIST')]).catch(() => null);
  if (listed === null) return;
  const [own, all] = [String(listed[0]), String(listed[1])];
  const other = all.split('\n').find((line) => / name=toofan-drill:/.test(line) && !line.startsWith(`id=${own} `));
  if (other !== undefined) throw refused('redis', / name=(\S+)/.exec(other)?.[1]);
}

async function lockKafka({ brokers }: KafkaAddress, held: AsyncDisposableStack): Promise<void> {
  const options = {
    clientId: holder(),
    bootstrapBrokers: brokers.map(parseBroker),
    timeout: connectWithinMs,
    connectTimeout: connectWithinMs,
    retries: 2,
  };
  await using admins = new AsyncDisposableStack();
  const admin = new Admin(options);
  admins.defer(() => admin.close());
  const members = async () =>
    [...((await admin.describeGroups({ groups: [group] })).get(group)?.members.values() ?? [])].map(
      ({ id, clientId }) => ({ id, clientId }),
    );
  const alone = async () => {
    const [other] = await members();
    return other === undefined ? undefined : new NotYet(refused('kafka', other.clientId));
  };
  await eventually(alone, { withinMs: memberForMs + 4_000, everyMs: pollMs });
  const consumer = new Consumer({ ...options, groupId: group });
  consumer.on('error', () => undefined);
  held.defer(() => consumer.close().catch(() => undefined));
  const own = await consumer.joinGroup({
    sessionTimeout: memberForMs,
    rebalanceTimeout: memberForMs,
    heartbeatInterval: 2_000,
  });
  const second = (await members()).find(({ id }) => id !== own);
  if (second !== undefined) throw refused('kafka', second.clientId);
}
