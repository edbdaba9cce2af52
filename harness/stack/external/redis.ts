import type { Redis } from 'ioredis';
import { unavailable } from '../../errors.ts';
import { withRedis } from '../redis-client.ts';
import type { RedisAddress } from '../stack.ts';
import { count, type Look } from './look.ts';

const answersWithinMs = 10_000;
const keysShown = 5;

/** A key that marks the database as a drill's: the next one may flush it. */
export const redisMarker = 'toofan:made-by-a-drill';

/** Whether Redis at `path` of the configuration is fit for a drill, and what it contains. Read-only. */
export const lookAtRedis = (path: string, address: RedisAddress): Promise<Look> =>
  withRedis(address, answersWithinMs, async (redis) => {
    const refused = await commandsRefused(redis);
    const problems = refused.map(
      (why) => `${path}: it refuses FLUSHDB or SET, which a drill needs (${why}); allow both, or use another Redis`,
    );
    const keys = await redis.dbsize();
    if (keys === 0 || (await redis.exists(redisMarker)) === 1) return { problems, foreign: [] };
    const [, some] = await redis.scan(0);
    const { host, port } = address;
    const shown = some.slice(0, keysShown).map((key) => JSON.stringify(key));
    const goes = [`${count(keys, 'key')}${shown.length > 0 ? `, among them ${shown.join(', ')}` : ''}`];
    return { problems, foreign: [{ names: [`${host}:${port}/0`, `${host}:${port}`], goes, stays: [] }] };
  });

const refusalOf = (asked: Promise<unknown>): Promise<string[]> =>
  asked.then(
    () => [],
    (error: unknown) => [error instanceof Error ? error.message : String(error)],
  );

/** Why a drill's own commands would be refused (renamed, not permitted, a replica): queued, which shows it, and discarded. */
async function commandsRefused(redis: Redis): Promise<string[]> {
  await redis.multi({ pipeline: false });
  const refused = [...(await refusalOf(redis.flushdb())), ...(await refusalOf(redis.set(redisMarker, '1')))];
  await redis.discard();
  return [...new Set(refused)];
}

/** Rejects (69) if Redis refuses, with nothing changed. */
export const emptyRedis = (path: string, address: RedisAddress): Promise<void> =>
  withRedis(address, answersWithinMs, async (redis) => {
    // Both or neither: an empty database without the marker would count as somebody's as soon as it is filled.
    await redis.multi().flushdb().set(redisMarker, '1').exec();
  }).catch((error: unknown) => {
    throw unavailable(`${path}: FLUSHDB is refused: ${(error as Error).message}`, error);
  });
