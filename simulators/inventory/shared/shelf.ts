import { Redis } from 'ioredis';
import type { Addresses, ReadModelReader, RedisAddress } from 'toofan';

/** A product on the shelf: units left, as of a version of its row. */
export interface ShelfEntry {
  readonly product: string;
  readonly available: number;
  readonly version: number;
}

/** One hash with a field per product, `available:version` in one value so that neither can be lost without the other. */
const hash = 'shelf';

/** Writes entries newer than the existing ones; never older over newer, in any order of arrival. */
const writeNewer = `
for i = 1, #ARGV, 3 do
  local held = redis.call('HGET', KEYS[1], ARGV[i])
  local version = held and tonumber(string.match(held, ':(%d+)$'))
  if not version or version < tonumber(ARGV[i + 2]) then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1] .. ':' .. ARGV[i + 2])
  end
end`;

/** A script must not occupy Redis for long, so a large write is split. */
const entriesPerScript = 500;

export function redisOf(at: Addresses): RedisAddress {
  if (at.redis === undefined) throw new Error('the shelf needs Redis, but the stack has none');
  return at.redis;
}

/**
 * Commands fail at once while Redis is down; the next refresh repairs what they would have written. A Redis that does not answer
 * within `answersWithinMs` counts as down too: its connection is closed, so that no late answer is taken for another's.
 */
export const openRedis = (address: RedisAddress, answersWithinMs?: number): Redis => {
  const redis = new Redis({
    ...address,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    lazyConnect: true,
    ...(answersWithinMs !== undefined && {
      connectTimeout: answersWithinMs,
      commandTimeout: answersWithinMs,
      socketTimeout: answersWithinMs,
      autoResendUnfulfilledCommands: false,
    }),
  });
  // Every command's own rejection says the same.
  redis.on('error', () => {});
  return redis;
};

export async function writeShelf(redis: Redis, entries: readonly ShelfEntry[]): Promise<void> {
  for (let from = 0; from < entries.length; from += entriesPerScript) {
    const values: (string | number)[] = [];
    for (const { product, available, version } of entries.slice(from, from + entriesPerScript)) {
      values.push(product, available, version);
    }
    await redis.eval(writeNewer, 1, hash, ...values);
  }
}

/** Lets the whole shelf expire after `inMs`, unless renewed before. */
export const expireShelf = async (redis: Redis, inMs: number): Promise<void> => {
  await redis.pexpire(hash, inMs);
};

/** Units left by product, null if the shelf does not have the product. */
export async function readShelf(redis: Redis, products: readonly string[]): Promise<(number | null)[]> {
  if (products.length === 0) return [];
  const held = await redis.hmget(hash, ...products);
  return held.map((value) => (value === null ? null : Number.parseInt(value, 10)));
}

/** The whole shelf, by product. */
export async function readWholeShelf(redis: Redis): Promise<Map<string, number>> {
  const held = await redis.hgetall(hash);
  return new Map(Object.entries(held).map(([product, value]) => [product, Number.parseInt(value, 10)]));
}

/** The shelf as the harness reads it. */
export async function openShelfReader(at: Addresses): Promise<ReadModelReader> {
  const redis = new Redis({ ...redisOf(at), lazyConnect: true, maxRetriesPerRequest: 1 });
  redis.on('error', () => {});
  await redis.connect().catch((error: unknown) => {
    // It would retry forever otherwise, and keep the harness from exiting.
    redis.disconnect();
    throw error;
  });
  return {
    read: (keys) => readShelf(redis, keys),
    [Symbol.asyncDispose]: async () => {
      redis.disconnect();
    },
  };
}
