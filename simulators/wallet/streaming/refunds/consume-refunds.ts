import { sendDecisions } from '../../../worker/decision-sender.ts';
import { armCrashPoint } from '../../../worker/crash-point.ts';
import type { Worker } from '../../../worker/start-worker.ts';
import { poolMetrics } from '../../../worker/worker-metrics.ts';
import { topics } from '../../shared/topics.ts';
import { crashHooks, crashPoints } from '../crash-points.ts';
import { Ledger, openShardPools } from '../ledger/ledger.ts';
import type { Mutation } from '../mutations.ts';
import { consumerGroups, unhurriedFetches } from '../settings.ts';
import { claim } from './claims.ts';
import { handleBatch } from './handle-batch.ts';

/** Gives payments back, apart from payments: it takes several steps on several shards, which nobody else is to wait for. */
export async function consumeRefunds(worker: Worker, mutation: Mutation = {}, crashAt?: string): Promise<void> {
  const onStep = armCrashPoint(crashAt, crashPoints);
  const { environment, metrics, producer, server } = worker;

  const pools = openShardPools(environment.stack);
  poolMetrics(server.registry, ...pools);
  const ledger = new Ledger(pools, {
    rules: mutation.rules,
    hooks: crashHooks(crashAt, onStep),
    review: () => Promise.reject(new Error('no refund is reviewed')),
    onError: metrics.failed('outbox'),
  });
  const parts = {
    ledger,
    tell: (decisions: Parameters<typeof sendDecisions>[2]) => sendDecisions(producer, topics.decisions, decisions),
    claim: mutation.claim ?? claim,
    producer,
    metrics,
    onStep,
  };

  await worker.consume(
    {
      groupId: consumerGroups.refunds,
      topics: [topics.refunds],
      fetchLimits: unhurriedFetches,
      handle: (records, _commit, signal) => handleBatch(records, parts, signal),
      afterCommit: () => onStep('after-offsets'),
    },
    () => ledger.close(),
  );
}
