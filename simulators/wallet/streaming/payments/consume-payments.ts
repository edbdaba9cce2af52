import { Asker } from '../../../worker/ask.ts';
import { Breaker } from '../../../worker/breaker.ts';
import type { Arrived } from '../../../worker/consume.ts';
import { breakerMetrics } from '../../../worker/breaker-metrics.ts';
import { sendAll, sendDecisions } from '../../../worker/decision-sender.ts';
import { armCrashPoint } from '../../../worker/crash-point.ts';
import type { Worker } from '../../../worker/start-worker.ts';
import { poolMetrics } from '../../../worker/worker-metrics.ts';
import { topics } from '../../shared/topics.ts';
import { crashHooks, crashPoints } from '../crash-points.ts';
import { Ledger, openShardPools } from '../ledger/ledger.ts';
import { Relay } from '../ledger/relay.ts';
import type { Mutation } from '../mutations.ts';
import { toReviewMessage } from '../review-queue.ts';
import { consumerGroups, crisis, fraudBreaker, fraudWithinMs } from '../settings.ts';
import { asBuilt } from '../switches.ts';
import { CrisisMode } from './crisis-mode.ts';
import { FraudCheck } from './fraud-check.ts';
import { handleBatch } from './handle-batch.ts';
import type { Parts } from './handle-batch.ts';
import { Telling } from './telling.ts';

/** Decides payments and registrations until the worker ends; resolves once it consumes. `crashAt` is the crash point to arm. */
export async function consumePayments(worker: Worker, mutation: Mutation = {}, crashAt?: string): Promise<void> {
  const onStep = armCrashPoint(crashAt, crashPoints);
  const { environment, metrics, producer, server } = worker;

  const pools = openShardPools(environment.stack);
  poolMetrics(server.registry, ...pools);
  const ledger = new Ledger(pools, {
    rules: mutation.rules,
    hooks: crashHooks(crashAt, onStep),
    review: (moves) => sendAll(producer, topics.details, moves.map(toReviewMessage)),
    onError: metrics.failed('outbox'),
  });
  const relay = new Relay(ledger, metrics.failed('relay'));
  const switches = server.offer(asBuilt);
  const breaker = new Breaker('fraud', fraudBreaker);
  breakerMetrics(server.registry, [breaker]);
  const asker = new Asker(environment.dependencies['fraud'] ?? '', { withinMs: fraudWithinMs, connections: 4 });
  const fraud = new FraudCheck({
    asker,
    breaker,
    load: new CrisisMode(crisis),
    crisis: () => switches.now.crisisMode,
    onError: metrics.failed('fraud'),
  });
  const sound: Parts = {
    ledger,
    fraud,
    unknown: (accounts) => ledger.unknown(accounts),
    tell: (decisions) => sendDecisions(producer, topics.decisions, decisions),
    producer,
    telling: new Telling(producer, metrics.failed('telling')),
    metrics,
    onStep,
  };
  const handle = mutation.handle?.(sound) ?? ((records: readonly Arrived[]) => handleBatch(records, sound));

  await worker.consume(
    {
      groupId: consumerGroups.payments,
      topics: [topics.payments, topics.registrations],
      handle,
      afterCommit: () => onStep('after-offsets'),
    },
    async () => {
      await relay.stop();
      asker.close();
      await ledger.close();
    },
  );
}
