import { Counter } from 'prom-client';
import { consume } from '../shared/consume.ts';
import { Ledger, openLedgerPool } from '../shared/ledger.ts';
import { mainPostgres } from '../shared/opening.ts';
import { openRedis } from '../shared/shelf.ts';
import { ShelfWriter } from '../shared/shelf-writer.ts';
import { readStockInPages } from '../shared/stock-pages.ts';
import { inputTopics } from '../shared/topics.ts';
import { logLine, openKafka, openProducer, readEnvironment, serve, stopOnSignal } from '../shared/worker-process.ts';
import { armCrashPoint } from './crash-points.ts';
import { handleRecords, soundPipeline } from './pipeline.ts';
import { consumerGroup, shelfRefreshEveryMs } from './settings.ts';

const environment = readEnvironment(process.env);
const crash = armCrashPoint(process.env['TOOFAN_CRASH_AT']);
const server = await serve(environment.port);
const decided = new Counter({
  name: 'inventory_decided_total',
  help: 'Operations answered, by answer; repeated answers count again.',
  labelNames: ['answer'],
  registers: [server.registry],
});
const errors = new Counter({
  name: 'inventory_errors_total',
  help: 'Batches and shelf writes that failed.',
  labelNames: ['part'],
  registers: [server.registry],
});
const failed = (part: string) => (error: unknown) => {
  errors.inc({ part });
  logLine(`${part} failed`, error);
};

const { redis: redisAddress } = environment.stack;
if (redisAddress === undefined) throw new Error('inventory/streaming needs a Redis for its shelf');
const pool = openLedgerPool(mainPostgres(environment.stack), 3);
const kafka = openKafka(environment, 'inventory-worker');
const producer = await openProducer(kafka);
const shelf = new ShelfWriter(openRedis(redisAddress), {
  readAll: () => readStockInPages(pool),
  refreshEveryMs: shelfRefreshEveryMs,
  onStep: (step) => crash(`${step}-shelf`),
  onError: failed('shelf'),
});
await shelf.start();
const pipeline = soundPipeline(new Ledger(pool), producer, (entries) => shelf.put(entries));

const consumer = await consume(kafka, {
  groupId: consumerGroup,
  topics: inputTopics,
  sessionTimeoutMs: environment.sessionTimeoutMs,
  handle: (records) =>
    handleRecords(records, {
      pipeline,
      producer,
      crash,
      decided: (answers) => {
        const counts = new Map<string, number>();
        for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
        for (const [answer, count] of counts) decided.inc({ answer }, count);
      },
    }),
  afterCommit: () => crash('after-offsets'),
  onJoined: () => server.setHealthy(true),
  onError: failed('batch'),
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
