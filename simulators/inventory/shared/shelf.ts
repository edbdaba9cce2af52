import { Redis } from 'ioredis';
import type { Addresses, ReadModelReader, RedisAddress } from 'toofan';

/** A product on the shelf: how many are left, as of which version of its row. */
export interface ShelfEntry {
  readonly product: string;
  readonly available: number;
  readonly version: number;
}

/** One hash, a field a product, `available:version` in one value so that neither can be lost without the other. */
const hash = 'shelf';

/** Writes what is newer than what stands there; never older over newer, whoever comes last. */
const writeNewer = `
for i = 1, #ARGV, 3 do
  local held = redis.call('HGET', KEYS[1], ARGV[i])
  local version = held and tonumber(string.match(held, ':(%d+)$'))
  if not version or version < tonumber(ARGV[i + 2]) then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1] .. ':' .. ARGV[i + 2])
  end
end`;

/** A script must not hold Redis for long, so a large write goes in parts. */
const entriesPerScript = 500;

export function redisOf(at: Addresses): RedisAddress {
  if (at.redis === undefined) throw new Error('the shelf needs Redis, but the stack has none');
  return at.redis;
}

/**
 * Commands fail at once while Redis is away; the next refresh heals what they would have written. One that answers nothing
 * for `answersWithinMs` counts as away too: its connection is closed, so that no late answer is taken for another's.
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

/** Lets the whole shelf vanish after `inMs`, unless it is told so again before. */
export const expireShelf = async (redis: Redis, inMs: number): Promise<void> => {
  await redis.pexpire(hash, inMs);
};

/** Units left by product, null where the shelf has no such product. */
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
    // It would try for ever otherwise, and keep the harness from ending.
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
