import { Pool } from 'pg';
import { mainPostgres } from '../shared/opening.ts';
import { openRedis, redisOf } from '../shared/shelf.ts';
import { workerMetrics } from '../../worker/worker-metrics.ts';
import { logLine, readEnvironment, stopOnSignal } from '../../worker/worker-process.ts';
import { serve } from '../../worker/worker-server.ts';
import { syncEveryStoryMs } from './settings.ts';
import { syncInventory } from './sync-batch.ts';

const environment = readEnvironment(process.env);
const everyMs = syncEveryStoryMs / environment.timeScale;
const server = await serve(environment.port, environment.switchesFile);
const metrics = workerMetrics(server.registry);
const pool = new Pool({ ...mainPostgres(environment.stack), max: 1 });
pool.on('error', metrics.failed('connection'));
const redis = openRedis(redisOf(environment.stack));
await redis.connect();

let stopping = false;
let running: Promise<void> = Promise.resolve();
let timer: NodeJS.Timeout | undefined;

/** Half an hour from start to start; a batch that takes longer delays the next, as it did. */
function schedule(inMs: number): void {
  timer = setTimeout(() => {
    const began = performance.now();
    running = sync()
      .catch(metrics.failed('sync'))
      .finally(() => {
        if (!stopping) schedule(Math.max(0, everyMs - (performance.now() - began)));
      });
  }, inMs);
}

async function sync(): Promise<void> {
  const began = performance.now();
  const client = await pool.connect();
  try {
    const products = await syncInventory(client, redis, () => stopping);
    logLine(`inventory sync of ${products} products took ${((performance.now() - began) / 1000).toFixed(1)} s`);
  } finally {
    client.release();
  }
}

schedule(everyMs);
server.setHealthy(true);

stopOnSignal(async () => {
  stopping = true;
  clearTimeout(timer);
  await running;
  redis.disconnect();
  await pool.end();
  await server.close();
});
