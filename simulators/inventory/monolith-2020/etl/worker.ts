import { openLedgerPool } from '../../../worker/ledger-pool.ts';
import { mainPostgres } from '../../shared/opening.ts';
import { expireShelf, openRedis, redisOf, writeShelf } from '../../shared/shelf.ts';
import { ShelfWriter } from '../../shared/shelf-writer.ts';
import { readStockInPages } from '../../shared/stock-pages.ts';
import { workerMetrics } from '../../../worker/worker-metrics.ts';
import { readEnvironment, stopOnSignal } from '../../../worker/worker-process.ts';
import { serve } from '../../../worker/worker-server.ts';
import { leastShelfKeptMs, shelfKeptStoryMs, syncBatch, syncEveryMs } from '../settings.ts';

/**
 * The inventory sync: copies the stock from the books to the shelf, over and over. Returned and new units show nowhere else:
 * without it a sold-out product stays sold out for shoppers, whatever the books say. A shelf that was not written for long
 * vanishes, so that nothing is sold on hour-old data; to the shop it is then empty.
 */
const environment = readEnvironment(process.env);
const keptForMs = Math.max(shelfKeptStoryMs / environment.timeScale, leastShelfKeptMs);
const server = await serve(environment);
const metrics = workerMetrics(server.registry);
const pool = openLedgerPool(mainPostgres(environment.stack), 1);
const shelf = new ShelfWriter(openRedis(redisOf(environment.stack)), {
  readAll: () => readStockInPages(pool, syncBatch),
  refreshEveryMs: syncEveryMs,
  write: async (redis, entries) => {
    await writeShelf(redis, entries);
    await expireShelf(redis, keptForMs);
  },
  onError: metrics.failed('sync'),
});
await shelf.start();
server.setHealthy(true);

stopOnSignal(async () => {
  await shelf.stop();
  await pool.end();
  await server.close();
});
