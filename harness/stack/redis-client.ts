import { Redis } from 'ioredis';
import type { RedisAddress } from './stack.ts';

/** One Redis request over a connection of its own. Rejects with Redis's own message (`WRONGPASS …`) if there was one. */
export async function withRedis<T>(
  address: RedisAddress,
  withinMs: number,
  ask: (redis: Redis) => Promise<T>,
): Promise<T> {
  const redis = new Redis({
    ...address,
    lazyConnect: true,
    connectTimeout: withinMs,
    commandTimeout: withinMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let said: Error | undefined;
  // A pending command rejects too, but only with "Connection is closed".
  redis.on('error', (error: Error) => (said ??= error));
  try {
    await redis.connect();
    return await ask(redis);
  } catch (error) {
    throw said ?? error;
  } finally {
    // Even if it never connected: the client would keep the process from exiting.
    redis.disconnect();
  }
}
