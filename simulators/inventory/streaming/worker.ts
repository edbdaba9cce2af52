import { consume } from '../shared/consume.ts';
import { handleRecords, soundPipeline } from '../shared/handle-records.ts';
import { Ledger, openLedgerPool } from '../shared/ledger.ts';
import { mainPostgres } from '../shared/opening.ts';
import { openRedis, redisOf } from '../shared/shelf.ts';
import type { ShelfEntry } from '../shared/shelf.ts';
import { ShelfWriter } from '../shared/shelf-writer.ts';
import { readStockInPages } from '../shared/stock-pages.ts';
import { inputTopics } from '../shared/topics.ts';
import {
  openKafka,
  openProducer,
  readEnvironment,
  serve,
  stopOnSignal,
  workerMetrics,
} from '../shared/worker-process.ts';
import { armCrashPoint } from './crash-points.ts';
import { mutationNamed } from './mutations.ts';
import { consumerGroup, shelfRefreshEveryMs } from './settings.ts';

const environment = readEnvironment(process.env);
const mutation = mutationNamed(process.env['TOOFAN_MUTANT']);
const crash = armCrashPoint(process.env['TOOFAN_CRASH_AT']);
const server = await serve(environment.port);
const metrics = workerMetrics(server.registry);

const pool = openLedgerPool(mainPostgres(environment.stack), 3);
const kafka = openKafka(environment, 'inventory-worker');
const producer = await openProducer(kafka);
const shelf = new ShelfWriter(openRedis(redisOf(environment.stack)), {
  readAll: () => readStockInPages(pool),
  refreshEveryMs: mutation.refreshesShelf === false ? null : shelfRefreshEveryMs,
  onStep: (step) => crash(`${step}-shelf`),
  onError: metrics.failed('shelf'),
});
await shelf.start();
const ledger = new Ledger(pool, mutation.ledger);
const sound = soundPipeline(ledger, producer, (stock) =>
  shelf.put(Array.from(stock, ([product, { available, version }]): ShelfEntry => ({ product, available, version }))),
);
const pipeline = mutation.pipeline?.(sound, ledger) ?? sound;

const consumer = await consume(kafka, {
  groupId: consumerGroup,
  topics: inputTopics,
  sessionTimeoutMs: environment.sessionTimeoutMs,
  handle: async (records, commit) => {
    await mutation.beforeHandling?.(commit);
    await handleRecords(records, { pipeline, producer, onStep: crash, onAnswers: metrics.answered });
  },
  afterCommit: () => crash('after-offsets'),
  onJoined: () => server.setHealthy(true),
  onError: metrics.failed('batch'),
  onCrash: () => process.exit(1),
});

stopOnSignal(async () => {
  server.setHealthy(false);
  await consumer.disconnect();
  await producer.disconnect();
  await shelf.stop();
  await pool.end();
  await server.close();
});
