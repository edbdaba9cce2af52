import { collectDefaultMetrics, Registry } from 'prom-client';
import { consume } from '../../worker/consume.ts';
import { workerMetrics } from '../../worker/worker-metrics.ts';
import { openKafka, openProducer, readEnvironment, stopOnSignal } from '../../worker/worker-process.ts';
import { topics } from '../shared/topics.ts';
import { mutationNamed } from './mutations.ts';
import { openStorefront } from './open-storefront.ts';
import { decisionsWaitMs } from './settings.ts';

const environment = readEnvironment(process.env);
const mutation = mutationNamed(process.env['TOOFAN_MUTANT']);
const registry = new Registry();
collectDefaultMetrics({ register: registry });
// For each of these, Node scans every open connection, and there is one for each shopper inside.
for (const name of ['handles', 'requests', 'resources']) {
  registry.removeSingleMetric(`nodejs_active_${name}`);
  registry.removeSingleMetric(`nodejs_active_${name}_total`);
}
registry.removeSingleMetric('process_open_fds');
const metrics = workerMetrics(registry);
const kafka = openKafka(environment, 'storefront');
const producer = await openProducer(kafka);
const shop = await openStorefront({ environment, metrics, producer, registry }, mutation);
await shop.app.listen({ port: environment.port, host: environment.host });

// Every instance reads all decisions: a waiting request does not know which worker decides.
const consumer = await consume(kafka, {
  groupId: `storefront-${environment.instance}`,
  topics: [topics.decisions],
  sessionTimeoutMs: environment.sessionTimeoutMs,
  fetchLimits: { maxWaitMs: decisionsWaitMs },
  handle: async (records) => shop.decided(records),
  onJoined: () => shop.setReady(true),
  onError: metrics.failed('decisions'),
  onCrash: () => process.exit(1),
});

stopOnSignal(async () => {
  shop.setReady(false);
  // Shoppers inside are served; no new ones are admitted.
  await shop.app.close();
  await consumer.disconnect();
  await producer.disconnect();
  await shop.close();
});
