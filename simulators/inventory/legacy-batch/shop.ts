import { consume } from '../shared/consume.ts';
import { handleRecords, soundPipeline } from '../shared/handle-records.ts';
import { Ledger, openLedgerPool } from '../shared/ledger.ts';
import { mainPostgres } from '../shared/opening.ts';
import { openRedis, redisOf } from '../shared/shelf.ts';
import { ShelfCopy } from '../shared/shelf-copy.ts';
import { inputTopics } from '../shared/topics.ts';
import {
  openKafka,
  openProducer,
  readEnvironment,
  serve,
  stopOnSignal,
  workerMetrics,
} from '../shared/worker-process.ts';
import { consumerGroup, poolSize, shelfPollMs } from './settings.ts';

/**
 * The shop before the overhaul: what its shelf copy shows, it sells. Sales are booked in batches, and booked right;
 * what is wrong is that the shelf knows of them only after the next sync.
 */
const environment = readEnvironment(process.env);
const server = await serve(environment.port);
const metrics = workerMetrics(server.registry);
const shelf = new ShelfCopy(openRedis(redisOf(environment.stack)), shelfPollMs, metrics.failed('shelf'));
await shelf.start();
const pool = openLedgerPool(mainPostgres(environment.stack), poolSize);
const kafka = openKafka(environment, 'legacy-shop');
const producer = await openProducer(kafka);
const ledger = new Ledger(pool, { admit: (product, quantity) => quantity <= shelf.shows(product) });
const pipeline = soundPipeline(ledger, producer, () => {});

const consumer = await consume(kafka, {
  groupId: consumerGroup,
  topics: inputTopics,
  sessionTimeoutMs: environment.sessionTimeoutMs,
  handle: (records) => handleRecords(records, { pipeline, producer, onAnswers: metrics.answered }),
  onJoined: () => server.setHealthy(true),
  onError: metrics.failed('batch'),
  onCrash: () => process.exit(1),
});

stopOnSignal(async () => {
  server.setHealthy(false);
  await consumer.disconnect();
  await producer.disconnect();
  shelf.stop();
  await pool.end();
  await server.close();
});
