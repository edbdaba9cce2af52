import type { Redis } from 'ioredis';
import { badInput } from '../errors.ts';
import { withRedis } from '../stack/redis-client.ts';
import { redisMarker } from '../stack/external/redis.ts';
import { defineFault } from './fault.ts';
import { eventually, NotYet } from '../eventually.ts';

const marker = 'toofan:flush-marker';
const refilledWithinMs = 30_000;
const lookEveryMs = 100;
const answersWithinMs = 3_000;

export const redisFlush = defineFault({
  type: 'redis-flush',
  summary: 'FLUSHDB: deletes everything the pipeline keeps in Redis.',
  parameters: {},
  victim: () => 'redis',

  async strike(_spec, { stack, signal }) {
    const address = stack.direct.redis;
    if (address === undefined) throw badInput('redis-flush: the stack has no Redis');
    const asked = <T>(ask: (redis: Redis) => Promise<T>): Promise<T> => withRedis(address, answersWithinMs, ask);
    const { keys, stays } = await asked(async (redis) => {
      await redis.set(marker, '1');
      const [before, isMarked] = [await redis.dbsize(), await redis.exists(redisMarker)];
      // On an external Redis, the database's owner must outlast the fault.
      await (isMarked === 1 ? redis.multi().flushdb().set(redisMarker, '1').exec() : redis.flushdb());
      return { keys: before - isMarked, stays: isMarked };
    });
    const refilled = async () => {
      const now = await asked((redis) => redis.dbsize());
      return now > stays
        ? `the pipeline wrote ${now - stays} keys again`
        : new NotYet('the pipeline wrote no key again');
    };
    return {
      holdMs: 0,
      async verify() {
        if ((await asked((redis) => redis.exists(marker))) !== 0) throw new Error('a key from before still exists');
        return `${keys} keys are gone`;
      },
      // Restoring what is gone is up to the pipeline.
      heal: () => Promise.resolve(),
      async verifyHealed() {
        if (keys <= 1) return 'Redis was empty before';
        return eventually(refilled, { withinMs: refilledWithinMs, everyMs: lookEveryMs, signal });
      },
    };
  },

  draw: {
    places: ({ stores }) => stores.filter((store) => store === 'redis'),
    moreMs: 4_000,
    parameters: () => ({}),
  },
  alertedBy: ['KeysLost'],
  runbookOf: ['KeysLost'],
  trials: [{ with: {}, seen: /\d+ keys are gone; the pipeline wrote \d+ keys again/ }],
  page: {
    strikes: 'No client is told.',
    example: {},
    struckShownBy: 'a marker key set just before is gone',
    healedShownBy: 'keys exist again within 30 s',
    limits: 'Redis in the stack',
    lookFor: 'A read model that is only updated, never rebuilt; a cache miss taken for zero.',
  },
});
