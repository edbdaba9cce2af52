import { Asker } from '../../../worker/ask.ts';
import { Breaker } from '../../../worker/breaker.ts';
import { breakerMetrics } from '../../../worker/breaker-metrics.ts';
import { armCrashPoint } from '../../../worker/crash-point.ts';
import type { Worker } from '../../../worker/start-worker.ts';
import { poolMetrics } from '../../../worker/worker-metrics.ts';
import { topics } from '../../shared/topics.ts';
import { crashHooks, crashPoints } from '../crash-points.ts';
import { shardOf } from '../ledger/accounts.ts';
import { Ledger, openShardPools } from '../ledger/ledger.ts';
import type { Mutation } from '../mutations.ts';
import {
  bankAtOnce,
  bankBreaker,
  bankPatienceMs,
  bankWithinMs,
  consumerGroups,
  unhurriedFetches,
} from '../settings.ts';
import { Bank } from './bank.ts';
import type { BankOptions } from './bank.ts';
import { handleBatch } from './handle-batch.ts';
import { writeUnsettled } from './unsettled.ts';

/** Adds money from banks, apart from payments: a slow bank holds up nobody else. */
export async function consumeAddMoney(worker: Worker, mutation: Mutation = {}, crashAt?: string): Promise<void> {
  const onStep = armCrashPoint(crashAt, crashPoints);
  const { environment, metrics, producer, server } = worker;

  const pools = openShardPools(environment.stack);
  poolMetrics(server.registry, ...pools);
  const ledger = new Ledger(pools, {
    hooks: crashHooks(crashAt, onStep),
    // What a bank gives stays on the wallet's shard and was looked at by the bank.
    review: () => Promise.reject(new Error('top-ups from a bank are not reviewed')),
    onError: metrics.failed('outbox'),
  });
  const breaker = new Breaker('bank', bankBreaker);
  breakerMetrics(server.registry, [breaker]);
  const asker = new Asker(environment.dependencies['upi-switch'] ?? '', {
    withinMs: bankWithinMs,
    connections: bankAtOnce,
  });
  const sound: BankOptions = {
    asker,
    breaker,
    forMs: bankPatienceMs,
    onUnknown: async ({ wallet, op }) => {
      await writeUnsettled(ledger.shard(shardOf(wallet)), op);
    },
    onError: metrics.failed('bank'),
    onStep,
  };
  const bank = mutation.bank?.(sound) ?? new Bank(sound);

  await worker.consume(
    {
      groupId: consumerGroups.addMoney,
      topics: [topics.addMoney],
      fetchLimits: unhurriedFetches,
      handle: (records, _commit, signal) => handleBatch(records, { ledger, bank, producer, metrics }, signal),
      afterCommit: () => onStep('after-offsets'),
    },
    async () => {
      asker.close();
      await ledger.close();
    },
  );
}
