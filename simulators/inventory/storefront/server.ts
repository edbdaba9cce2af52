import { collectDefaultMetrics, Registry } from 'prom-client';
import { Recommendations } from '../shared/recommendations.ts';
import { breakerSettings } from '../shared/breaker-settings.ts';
import { mainPostgres } from '../shared/opening.ts';
import { openRedis, redisOf } from '../shared/shelf.ts';
import { topics } from '../shared/topics.ts';
import { Breaker } from '../../worker/breaker.ts';
import { breakerMetrics } from '../../worker/breaker-metrics.ts';
import { consume } from '../../worker/consume.ts';
import { openLedgerPool } from '../../worker/ledger-pool.ts';
import { decodeDecision } from '../../worker/wire.ts';
import { poolMetrics, workerMetrics } from '../../worker/worker-metrics.ts';
import { openKafka, openProducer, readEnvironment, stopOnSignal } from '../../worker/worker-process.ts';
import { Catalogue } from './product-list.ts';
import { mutationNamed } from './mutations.ts';
import { OrderWriter } from './order-writer.ts';
import { shopMetrics, storefront } from './routes.ts';
import { decisionsWaitMs, gatherMs, recommendation, rememberedAnswers, room } from './settings.ts';
import { Shop } from './shop.ts';
import { WaitingRoom } from './waiting-room.ts';

const environment = readEnvironment(process.env);
const registry = new Registry();
collectDefaultMetrics({ register: registry });
// For each of these, Node scans every open connection, and there is one for each shopper inside.
for (const name of ['handles', 'requests', 'resources']) {
  registry.removeSingleMetric(`nodejs_active_${name}`);
  registry.removeSingleMetric(`nodejs_active_${name}_total`);
}
registry.removeSingleMetric('process_open_fds');
const metrics = workerMetrics(registry);

const pool = openLedgerPool(mainPostgres(environment.stack), 2);
poolMetrics(registry, pool);
const redis = openRedis(redisOf(environment.stack));
// Pages requested in one turn of the event loop read the shelf with one write.
redis.options.enableAutoPipelining = true;
await redis.connect();
const kafka = openKafka(environment, 'storefront');
const producer = await openProducer(kafka);

const breaker = new Breaker('recommendations', breakerSettings('externalApi', environment.timeScale));
breakerMetrics(registry, [breaker]);
const recommendations = new Recommendations(
  environment.dependencies['recommendations'] ?? '',
  breaker,
  metrics.failed('recommendations'),
  recommendation,
);

const waiting = new WaitingRoom(room, rememberedAnswers);
const parts = {
  catalogue: await Catalogue.read(pool),
  redis,
  pool,
  writer: new OrderWriter(producer, gatherMs),
  waiting,
  onShed: shopMetrics(registry, () => waiting.size),
  onError: metrics.failed('shelf'),
};
const shop = mutationNamed(process.env['TOOFAN_MUTANT'])(new Shop(parts), parts);

let ready = false;
const app = storefront({
  shop,
  recommend: (product) => recommendations.of(product),
  registry,
  isReady: () => ready,
  onError: metrics.failed('request'),
});
await app.listen({ port: environment.port, host: environment.host });

// Every instance reads all decisions: a waiting request does not know which worker decides.
const consumer = await consume(kafka, {
  groupId: `storefront-${environment.instance}`,
  topics: [topics.decisions],
  sessionTimeoutMs: environment.sessionTimeoutMs,
  fetchLimits: { maxWaitMs: decisionsWaitMs },
  handle: (records) => {
    for (const { topic, partition, key, value, appendedAtMs } of records) {
      const record = { topic, partition, offset: 0, timestampMs: appendedAtMs };
      const decision = decodeDecision({ ...record, key: key?.toString() ?? null, value: value?.toString() ?? null });
      if (decision !== null) waiting.decide(decision.op, decision.answer);
    }
    return Promise.resolve();
  },
  onJoined: () => (ready = true),
  onError: metrics.failed('decisions'),
  onCrash: () => process.exit(1),
});

stopOnSignal(async () => {
  ready = false;
  // Shoppers inside are served; no new ones are admitted.
  await app.close();
  await consumer.disconnect();
  await producer.disconnect();
  redis.disconnect();
  await pool.end();
});
