import { handleRecords, soundPipeline } from '../shared/handle-records.ts';
import { Ledger } from '../shared/ledger.ts';
import { openLedgerPool } from '../../worker/ledger-pool.ts';
import { mainPostgres } from '../shared/opening.ts';
import { openRedis, redisOf } from '../shared/shelf.ts';
import { ShelfCopy } from '../shared/shelf-copy.ts';
import { stageMetrics } from '../../worker/stage-metrics.ts';
import { startWorker } from '../../worker/start-worker.ts';
import { poolMetrics } from '../../worker/worker-metrics.ts';
import { inputTopics } from '../shared/topics.ts';
import { consumerGroup, poolSize, shelfPollMs } from './settings.ts';

/**
 * The shop before the overhaul: it sells what its shelf copy shows. Sales are booked in batches, and booked correctly; the fault
 * is that the shelf learns of them only at the next sync.
 */
const worker = await startWorker('legacy-shop');
const { environment, metrics, producer } = worker;
const shelf = new ShelfCopy(openRedis(redisOf(environment.stack)), shelfPollMs, metrics.failed('shelf'));
await shelf.start();
const pool = openLedgerPool(mainPostgres(environment.stack), poolSize);
poolMetrics(worker.server.registry, pool);
const ledger = new Ledger(pool, { admit: (product, quantity) => quantity <= shelf.shows(product) });
const stages = stageMetrics(worker.server.registry);
const pipeline = soundPipeline(ledger, producer, stages, () => {});

await worker.consume(
  {
    groupId: consumerGroup,
    topics: inputTopics,
    handle: (records) => handleRecords(records, { pipeline, producer, stages, onAnswers: metrics.answered }),
  },
  async () => {
    shelf.stop();
    await pool.end();
  },
);
