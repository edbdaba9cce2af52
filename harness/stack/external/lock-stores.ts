import { hostname } from 'node:os';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { UserError } from '../../errors.ts';
import { lookUntil, NotYet, notYet } from '../../eventually.ts';
import type { Addresses, PostgresAddress, RedisAddress } from '../stack.ts';
import { lockKafka } from './lock-kafka.ts';
import { LockLosses, type LockWatch, refused } from './lock-losses.ts';

const connectWithinMs = 10_000;
/** No other drill gets to emptying anything within this. */
const retakeEveryMs = 250;
/** As long as any drill lasts. */
const retakeForMs = 24 * 3_600_000;

/** The advisory lock: `toof`, `an`. */
export const lockOfDrill = { classid: 0x746f6f66, objid: 0x616e };
/** The holder's name, as the servers show it: no blanks, which Redis refuses, and short enough for Postgres. */
const holder = () => `toofan-drill:${process.pid}@${hostname().replaceAll(/[^\w.-]/g, '-')}`.slice(0, 63);

/** Locks that go with their connections, so that a killed harness leaves none. One lost in any other way is retaken. */
export interface StoresLock extends AsyncDisposable {
  readonly losses: LockLosses;
}

/**
 * Keeps every other drill away from external stores: an advisory lock in each Postgres, a named connection to Redis, membership
 * in a consumer group of Kafka; writes to none of them. Rejects (69), naming the store and its holder, if another drill has one.
 */
export async function lockStores({ postgres, redis, kafka }: Addresses): Promise<StoresLock> {
  await using held = new AsyncDisposableStack();
  const losses = new LockLosses();
  for (const [name, address] of Object.entries(postgres)) {
    const store = `postgres.${name}`;
    await lockPostgres(store, address, losses.watch(store), held);
  }
  if (redis !== undefined) await lockRedis(redis, losses.watch('redis'), held);
  // Last: it takes seconds, and the others distinguish a running drill from a killed one.
  await lockKafka(kafka, holder(), losses.watch('kafka'), held);
  const locks = held.move();
  return { losses, [Symbol.asyncDispose]: () => locks.disposeAsync() };
}

/** Holds the lock until `held` is disposed of; retakes it whenever its connection is lost. */
async function lockPostgres(
  store: string,
  address: PostgresAddress,
  watch: LockWatch,
  held: AsyncDisposableStack,
): Promise<void> {
  const ended = new AbortController();
  let client = await lockedClient(store, address);
  const lockedAgain = () =>
    lockedClient(store, address).catch((error: unknown) => {
      // Not there yet; or another drill was quicker.
      if (error instanceof UserError) watch.takenByAnother();
      return notYet(error);
    });
  const retake = async (): Promise<void> => {
    if (ended.signal.aborted) return;
    watch.lost();
    const found = await lookUntil(lockedAgain, { withinMs: retakeForMs, everyMs: retakeEveryMs, signal: ended.signal });
    if (found instanceof NotYet) return;
    client = found;
    watch.takenAgain();
    if (ended.signal.aborted) await client.end();
    else client.once('end', () => void retake());
  };
  client.once('end', () => void retake());
  held.defer(async () => {
    ended.abort();
    await client.end().catch(() => undefined);
  });
}

/** A connection that holds the lock; rejects (69) if another drill does. */
async function lockedClient(store: string, address: PostgresAddress): Promise<Client> {
  const client = new Client({
    ...address,
    application_name: holder(),
    connectionTimeoutMillis: connectWithinMs,
    query_timeout: connectWithinMs,
    keepAlive: true,
  });
  client.on('error', () => undefined); // What it means that the connection is lost is told by its end.
  try {
    await client.connect();
    const lock = [lockOfDrill.classid, lockOfDrill.objid];
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1, $2) as locked', lock);
    if (rows[0]?.locked !== true) {
      const who = await client.query<{ application_name: string }>(
        `select application_name from pg_stat_activity where pid in (
           select pid from pg_locks where locktype = 'advisory' and granted and classid = $1 and objid = $2)`,
        lock,
      );
      throw refused(store, who.rows[0]?.application_name);
    }
    // Servers that close idle connections would release the lock; older ones do not know the setting.
    await client.query('set idle_session_timeout = 0').catch(() => undefined);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

/** A connection's name, which its client sets again on every reconnect. */
async function lockRedis(address: RedisAddress, watch: LockWatch, held: AsyncDisposableStack): Promise<void> {
  const redis = new Redis({
    ...address,
    connectionName: holder(),
    lazyConnect: true,
    connectTimeout: connectWithinMs,
    commandTimeout: connectWithinMs,
    maxRetriesPerRequest: 1,
    retryStrategy: () => retakeEveryMs,
  });
  redis.on('error', () => undefined);
  held.defer(() => {
    redis.removeAllListeners('close');
    redis.disconnect();
  });
  await redis.connect();
  const other = await otherInRedis(redis);
  if (other !== undefined) throw refused('redis', other);
  redis.on('close', () => watch.lost());
  redis.on('ready', () => {
    void otherInRedis(redis).then(
      (found) => (found === undefined ? watch.takenAgain() : watch.takenByAnother()),
      // Lost once more, which is reported.
      () => undefined,
    );
  });
}

/**
 * The name of another drill's connection. A user who may not list connections cannot see it: then the locks of the other stores
 * must do.
 */
async function otherInRedis(redis: Redis): Promise<string | undefined> {
  const listed = await Promise.all([redis.client('ID'), redis.client('LIST')]).catch(() => null);
  if (listed === null) return undefined;
  const [own, all] = [String(listed[0]), String(listed[1])];
  const other = all.split('\n').find((line) => / name=toofan-drill:/.test(line) && !line.startsWith(`id=${own} `));
  return other === undefined ? undefined : (/ name=(\S+)/.exec(other)?.[1] ?? 'unknown');
}
