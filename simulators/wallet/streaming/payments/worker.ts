import { Breaker } from '../../../worker/breaker.ts';
import { breakerMetrics } from '../../../worker/breaker-metrics.ts';
import { armCrashPoint } from '../../../worker/crash-point.ts';
import { sendAll } from '../../../worker/decision-sender.ts';
import { startWorker } from '../../../worker/start-worker.ts';
import { poolMetrics } from '../../../worker/worker-metrics.ts';
import { topics } from '../../shared/topics.ts';
import { crashPoints } from '../crash-points.ts';
import { Ledger, openShardPools } from '../ledger/ledger.ts';
import { Relay } from '../ledger/relay.ts';
import { toReviewMessage } from '../review-queue.ts';
import { consumerGroups, crisis, fraudBreaker } from '../settings.ts';
import { asBuilt } from '../switches.ts';
import { CrisisMode } from './crisis-mode.ts';
import { FraudCheck } from './fraud-check.ts';
import { handleBatch } from './handle-batch.ts';
import { Telling } from './telling.ts';

const onStep = armCrashPoint(process.env['TOOFAN_CRASH_AT'], crashPoints);
const worker = await startWorker('payment-worker');
const { environment, metrics, producer, server } = worker;

const pools = openShardPools(environment.stack);
poolMetrics(server.registry, ...pools);
const ledger = new Ledger(pools, {
  hooks: { locked: () => onStep('locked'), beforeCommit: () => onStep('before-commit') },
  review: (moves) => sendAll(producer, topics.details, moves.map(toReviewMessage)),
  onError: metrics.failed('outbox'),
});
const relay = new Relay(ledger, metrics.failed('relay'));
const switches = server.offer(asBuilt);
const breaker = new Breaker('fraud', fraudBreaker);
breakerMetrics(server.registry, [breaker]);
const fraud = new FraudCheck({
  url: environment.dependencies['fraud'] ?? '',
  breaker,
  load: new CrisisMode(crisis),
  crisis: () => switches.now.crisisMode,
  onError: metrics.failed('fraud'),
});
const parts = { ledger, fraud, producer, telling: new Telling(producer, metrics.failed('telling')), metrics, onStep };

await worker.consume(
  {
    groupId: consumerGroups.payments,
    topics: [topics.payments, topics.refunds, topics.registrations],
    handle: (records) => handleBatch(records, parts),
    afterCommit: () => onStep('after-offsets'),
  },
  async () => {
    await relay.stop();
    await ledger.close();
  },
);
