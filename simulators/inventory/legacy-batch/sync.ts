import { Pool } from 'pg';
import { runBatch } from '../../worker/run-batch.ts';
import { mainPostgres } from '../shared/opening.ts';
import { openRedis, redisOf } from '../shared/shelf.ts';
import { syncEveryStoryMs } from './settings.ts';
import { syncInventory } from './sync-batch.ts';

await runBatch(async ({ stack }, failed) => {
  const pool = new Pool({ ...mainPostgres(stack), max: 1 });
  pool.on('error', failed('connection'));
  const redis = openRedis(redisOf(stack));
  await redis.connect();
  return {
    everyStoryMs: syncEveryStoryMs,
    async run(stopping) {
      const client = await pool.connect();
      try {
        return `synced ${await syncInventory(client, redis, stopping)} products`;
      } finally {
        client.release();
      }
    },
    async close() {
      redis.disconnect();
      await pool.end();
    },
  };
});
