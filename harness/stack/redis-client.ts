import { Redis } from 'ioredis';
import type { RedisAddress } from './stack.ts';

/** Asks Redis over a connection of its own, once. Rejects with what Redis itself said (`WRONGPASS …`) where it said anything. */
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
  // A command that was under way rejects too, but only with "Connection is closed".
  redis.on('error', (error: Error) => (said ??= error));
  try {
    await redis.connect();
    return await ask(redis);
  } catch (error) {
    throw said ?? error;
  } finally {
    // Also where it never connected: the client would keep the process from ending.
    redis.disconnect();
  }
}
