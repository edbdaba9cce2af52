import { sendDeadLetters } from '../../../worker/dead-letters.ts';
import { sendDecisions } from '../../../worker/decision-sender.ts';
import type { DecisionToSend } from '../../../worker/decision-sender.ts';
import { decisionsOf } from '../../shared/handle-records.ts';
import { Ledger } from '../../shared/ledger.ts';
import { openLedgerPool } from '../../../worker/ledger-pool.ts';
import { mainPostgres } from '../../shared/opening.ts';
import { readRequests } from '../../shared/read-requests.ts';
import { retryTransient } from '../../../worker/retry.ts';
import { openRedis, redisOf } from '../../shared/shelf.ts';
import { startWorker } from '../../../worker/start-worker.ts';
import { inputTopics, topics } from '../../shared/topics.ts';
import type { Request } from '../../shared/wire.ts';
import { poolMetrics } from '../../../worker/worker-metrics.ts';
import {
  connectionWaitMs,
  consumerGroup,
  poolSize,
  recommendationsAtOnce,
  recommendationsTimeoutMs,
} from '../settings.ts';
import { connectionsOf } from './connections.ts';
import { handleOrders } from './handle-orders.ts';
import type { OrderPath } from './handle-orders.ts';
import { Recommendations } from './recommendations.ts';
import { initialSwitches } from './switches.ts';

/** The shop of 2020: an order waits for everything it needs, and nothing has a fallback. */
const worker = await startWorker('order-worker');
const { environment, metrics, producer } = worker;
const baseUrl = environment.dependencies['recommendations'];
if (baseUrl === undefined) throw new Error('order-worker: the address of the recommendation engine is not set');

const pool = openLedgerPool(mainPostgres(environment.stack), poolSize);
pool.options.connectionTimeoutMillis = connectionWaitMs;
poolMetrics(worker.server.registry, pool);
const switches = worker.server.offer(initialSwitches, (now) => {
  pool.options.max = now.poolSize;
});
const redis = openRedis(redisOf(environment.stack));
await redis.connect().catch(metrics.failed('shelf'));
const recommendations = new Recommendations({
  baseUrl,
  timeoutMs: recommendationsTimeoutMs,
  atOnce: recommendationsAtOnce,
});
const connections = connectionsOf(pool);
const ledger = new Ledger(connections);
const path: OrderPath = {
  switches,
  redis,
  recommendations,
  connections,
  inDoubt: new Set(),
  failed: (part) => metrics.failed(part),
};

async function answer(decisions: readonly DecisionToSend[]): Promise<void> {
  await sendDecisions(producer, topics.decisions, decisions);
  metrics.answered(decisions.map((decision) => decision.answer));
}

/** Returned and new units: they go into the books, and reach the shelf with the next inventory sync. */
async function credit(requests: readonly Request[]): Promise<void> {
  if (requests.length === 0) return;
  const outcome = await retryTransient(() => ledger.book(requests));
  await answer(decisionsOf(requests, outcome.answers));
}

await worker.consume(
  {
    groupId: consumerGroup,
    topics: inputTopics,
    handle: async (records) => {
      const { requests, letters } = readRequests(records);
      await sendDeadLetters(producer, letters);
      const orders = requests.filter(({ kind }) => kind === 'order');
      await answer(await handleOrders(orders, path));
      await credit(requests.filter(({ kind }) => kind !== 'order'));
    },
  },
  async () => {
    recommendations.close();
    redis.disconnect();
    await pool.end();
  },
);
