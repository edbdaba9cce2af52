import { handleRecords, soundPipeline } from '../shared/handle-records.ts';
import { Ledger } from '../shared/ledger.ts';
import { openLedgerPool } from '../../worker/ledger-pool.ts';
import { mainPostgres } from '../shared/opening.ts';
import { openRedis, redisOf, writeShelf } from '../shared/shelf.ts';
import type { ShelfEntry } from '../shared/shelf.ts';
import { ShelfWriter } from '../shared/shelf-writer.ts';
import { stageMetrics } from '../../worker/stage-metrics.ts';
import { startWorker } from '../../worker/start-worker.ts';
import { poolMetrics } from '../../worker/worker-metrics.ts';
import { readStockInPages } from '../shared/stock-pages.ts';
import { inputTopics } from '../shared/topics.ts';
import { armCrashPoint } from '../../worker/crash-point.ts';
import { crashPoints } from './crash-points.ts';
import { mutationNamed } from './mutations.ts';
import { consumerGroup, shelfRefreshEveryMs } from './settings.ts';

const mutation = mutationNamed(process.env['TOOFAN_MUTANT']);
const crash = armCrashPoint(process.env['TOOFAN_CRASH_AT'], crashPoints);
const worker = await startWorker('inventory-worker');
const { environment, metrics, producer } = worker;

const stages = stageMetrics(worker.server.registry);
const pool = openLedgerPool(mainPostgres(environment.stack), 3);
poolMetrics(worker.server.registry, pool);
const shelf = new ShelfWriter(openRedis(redisOf(environment.stack)), {
  readAll: () => readStockInPages(pool),
  refreshEveryMs: mutation.refreshesShelf === false ? null : shelfRefreshEveryMs,
  onStep: (step) => crash(`${step}-shelf`),
  onError: metrics.failed('shelf'),
  write: (redis, entries) => stages.timed('shelf', () => writeShelf(redis, entries)),
});
await shelf.start();
const ledger = new Ledger(pool, mutation.ledger);
const sound = soundPipeline(ledger, producer, stages, (stock) =>
  shelf.put(Array.from(stock, ([product, { available, version }]): ShelfEntry => ({ product, available, version }))),
);
const pipeline = mutation.pipeline?.(sound, ledger) ?? sound;

await worker.consume(
  {
    groupId: consumerGroup,
    topics: inputTopics,
    handle: async (records, commit) => {
      await mutation.beforeHandling?.(commit);
      await handleRecords(records, { pipeline, producer, stages, onStep: crash, onAnswers: metrics.answered });
    },
    afterCommit: () => crash('after-offsets'),
  },
  async () => {
    await shelf.stop();
    await pool.end();
  },
);
