import type { Arrived } from '../../worker/consume.ts';
import { sendDeadLetters } from '../../worker/dead-letters.ts';
import { sendDecisions } from '../../worker/decision-sender.ts';
import type { DecisionToSend } from '../../worker/decision-sender.ts';
import { openLedgerPool } from '../../worker/ledger-pool.ts';
import { mainPostgres } from '../shared/opening.ts';
import { readRequests } from '../shared/read-requests.ts';
import { retryTransient } from '../../worker/retry.ts';
import { openRedis, redisOf } from '../shared/shelf.ts';
import { ShelfWriter } from '../shared/shelf-writer.ts';
import { startWorker } from '../../worker/start-worker.ts';
import { readStockInPages } from '../shared/stock-pages.ts';
import { topics } from '../shared/topics.ts';
import { keepStock } from './optimistic-stock.ts';
import { confirmedOrders, keeperGroup, keeperTopics, shelfRefreshEveryMs } from './settings.ts';

/** The hotfix's stock keeper: deducts what the shop has confirmed, and goes back on it where the stock is gone. */
const worker = await startWorker(keeperGroup);
const { environment, metrics, producer } = worker;
// In a hurry: a commit an order, and none of them waited for until it is on the disk.
const pool = openLedgerPool(mainPostgres(environment.stack), 16, '-c synchronous_commit=off');
const shelf = new ShelfWriter(openRedis(redisOf(environment.stack)), {
  readAll: () => readStockInPages(pool),
  refreshEveryMs: shelfRefreshEveryMs,
  onError: metrics.failed('shelf'),
});
await shelf.start();

/** Partitions are worked off side by side, which is what the version check is there for. */
async function handle(records: readonly Arrived[]): Promise<void> {
  const partitions = Map.groupBy(records, ({ topic, partition }) => `${topic}/${partition}`);
  await Promise.all(Array.from(partitions.values(), handlePartition));
}

async function handlePartition(records: readonly Arrived[]): Promise<void> {
  const { requests, letters } = readRequests(records, (topic) => (topic === confirmedOrders ? topics.orders : topic));
  await sendDeadLetters(producer, letters);
  const answers = await retryTransient(() => keepStock(pool, requests, (entries) => shelf.put(entries)));
  const decisions = requests.flatMap(({ op, product }, i): DecisionToSend[] => {
    const { answer, reason } = answers[i] ?? { answer: null, reason: null };
    return answer === null ? [] : [{ op, key: product, answer, reason }];
  });
  await sendDecisions(producer, topics.decisions, decisions);
  metrics.answered(decisions.map(({ answer }) => answer));
}

await worker.consume({ groupId: keeperGroup, topics: keeperTopics, handle }, async () => {
  await shelf.stop();
  await pool.end();
});
