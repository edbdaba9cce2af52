import type { Arrived } from '../../worker/consume.ts';
import { sendDeadLetters } from '../../worker/dead-letters.ts';
import { sendDecisions } from '../../worker/decision-sender.ts';
import { openLedgerPool } from '../../worker/ledger-pool.ts';
import { mainPostgres } from '../shared/opening.ts';
import { readRequests } from '../shared/read-requests.ts';
import { retryTransient } from '../../worker/retry.ts';
import { openRedis, redisOf } from '../shared/shelf.ts';
import { ShelfCopy } from '../shared/shelf-copy.ts';
import { startWorker } from '../../worker/start-worker.ts';
import { topics } from '../shared/topics.ts';
import { promise } from './promises.ts';
import { confirmedOrders, shelfPollMs, shopGroup } from './settings.ts';

/** The shop of the hotfix: confirms what the shelf shows and leaves the rest to the stock keeper. */
const worker = await startWorker(shopGroup);
const { environment, metrics, producer } = worker;
const shelf = new ShelfCopy(openRedis(redisOf(environment.stack)), shelfPollMs, metrics.failed('shelf'));
await shelf.start();
const pool = openLedgerPool(mainPostgres(environment.stack), 4);

async function handle(records: readonly Arrived[]): Promise<void> {
  const { requests, letters } = readRequests(records);
  await sendDeadLetters(producer, letters);
  const answers = await retryTransient(() => promise(pool, requests, (product) => shelf.shows(product)));
  const decisions = requests.map(({ op, product }, i) => ({
    op,
    key: product,
    answer: answers[i] ?? 'sold_out',
    reason: null,
  }));
  const confirmed = requests.filter((_, i) => answers[i] === 'confirmed');
  const messages = confirmed.map(({ op, product, quantity }) => ({
    key: product,
    value: JSON.stringify({ orderId: String(op), product, quantity }),
  }));
  await Promise.all([
    sendDecisions(producer, topics.decisions, decisions),
    ...(messages.length === 0 ? [] : [producer.send({ topic: confirmedOrders, acks: -1, messages })]),
  ]);
  metrics.answered(answers);
}

await worker.consume({ groupId: shopGroup, topics: [topics.orders], handle }, async () => {
  shelf.stop();
  await pool.end();
});
