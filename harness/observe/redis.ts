import { Redis } from 'ioredis';
import type { RedisAddress } from '../stack/stack.ts';
import { fiveTimesASecondMs, type Probe, type Reading } from './probe.ts';

const answersWithinMs = 500;
const subject = 'redis';

/** Redis: `up`, `roundTrip` in ms, `keys`. Disposing closes the connection. */
export function redisProbe(direct: RedisAddress): Probe & AsyncDisposable {
  const redis = new Redis({
    ...direct,
    lazyConnect: true,
    connectTimeout: answersWithinMs,
    commandTimeout: answersWithinMs,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: () => answersWithinMs,
  });
  redis.on('error', () => undefined); // The command that met it rejects with it.
  const connecting = redis.connect().catch(() => undefined);
  return {
    everyMs: fiveTimesASecondMs,
    async sample(): Promise<Reading[]> {
      await connecting;
      const begun = performance.now();
      try {
        const keys = await redis.dbsize();
        return [
          { probe: 'up', subject, value: 1, unit: '' },
          { probe: 'roundTrip', subject, value: performance.now() - begun, unit: 'ms' },
          { probe: 'keys', subject, value: keys, unit: 'keys' },
        ];
      } catch {
        return [{ probe: 'up', subject, value: 0, unit: '' }];
      }
    },
    [Symbol.asyncDispose]() {
      redis.disconnect();
      return Promise.resolve();
    },
  };
}
