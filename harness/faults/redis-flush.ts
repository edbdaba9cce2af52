import { Redis } from 'ioredis';
import { setTimeout as delay } from 'node:timers/promises';
import { badInput } from '../errors.ts';
import type { FaultParameters, FaultSpec } from '../scenario/scenario.ts';
import type { Fault } from './fault.ts';

/** FLUSHALL: whatever was kept in Redis is gone, and nobody is told. */
export interface RedisFlush extends FaultSpec {
  readonly type: 'redis-flush';
}

export const redisFlush = (parameters: FaultParameters<RedisFlush> = {}): RedisFlush => ({
  ...parameters,
  type: 'redis-flush',
});

const marker = 'toofan:flush-marker';
const refilledWithinMs = 30_000;
const lookEveryMs = 100;
const answersWithinMs = 3_000;

export const redisFlushFault: Fault<RedisFlush> = {
  type: 'redis-flush',
  summary: 'FLUSHALL: all that the pipeline keeps in Redis is gone.',

  parameters: {},

  victim: () => 'redis',

  async strike(_spec, { stack, signal }) {
    const address = stack.direct.redis;
    if (address === undefined) throw badInput('redis-flush: the stack has no Redis');
    const asked = async <T>(ask: (redis: Redis) => Promise<T>): Promise<T> => {
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
        return await ask(redis);
      } finally {
        redis.disconnect();
      }
    };
    const keys = await asked(async (redis) => {
      await redis.set(marker, '1');
      const before = await redis.dbsize();
      await redis.flushall();
      return before;
    });
    return {
      holdMs: 0,
      async verify() {
        if ((await asked((redis) => redis.exists(marker))) !== 0) throw new Error('a key from before is still there');
        return `${keys} keys are gone`;
      },
      // What is gone is the pipeline's to bring back.
      heal: () => Promise.resolve(),
      async verifyHealed() {
        if (keys <= 1) return 'nothing had been there';
        for (const deadline = Date.now() + refilledWithinMs; ; await delay(lookEveryMs)) {
          const now = await asked((redis) => redis.dbsize());
          if (now > 0) return `the pipeline wrote ${now} keys anew`;
          if (Date.now() > deadline || signal.aborted) throw new Error('nobody wrote a key anew');
        }
      },
    };
  },
};
