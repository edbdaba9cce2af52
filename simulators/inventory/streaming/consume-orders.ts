import { openLedgerPool } from '../../worker/ledger-pool.ts';
import { stageMetrics } from '../../worker/stage-metrics.ts';
import type { Worker } from '../../worker/start-worker.ts';
import { poolMetrics } from '../../worker/worker-metrics.ts';
import { handleRecords, soundPipeline } from '../shared/handle-records.ts';
import { Ledger } from '../shared/ledger.ts';
import { mainPostgres } from '../shared/opening.ts';
import { openRedis, redisOf, writeShelf } from '../shared/shelf.ts';
import type { ShelfEntry } from '../shared/shelf.ts';
import { ShelfWriter } from '../shared/shelf-writer.ts';
import { readStockInPages } from '../shared/stock-pages.ts';
import { inputTopics } from '../shared/topics.ts';
import type { Mutation } from './broken-parts.ts';
import type { CrashPoint } from './crash-points.ts';
import { consumerGroup, shelfRefreshEveryMs } from './settings.ts';

/** Decides orders until the worker ends; resolves once it consumes. */
export async function consumeOrders(
  worker: Worker,
  mutation: Mutation = {},
  crash: (point: CrashPoint) => void = () => {},
): Promise<void> {
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
}
