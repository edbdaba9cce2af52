import { fileURLToPath } from 'node:url';
import { defineTarget, type PostgresNeed } from 'toofan';
import { bankNeed, bankStore } from '../../dependencies/bank/truth.ts';
import { dependencySpec } from '../../dependencies/dependency-spec.ts';
import { sessionTimeoutMs, workerSpec } from '../../worker/worker-process.ts';
import { topicNeeds, topics } from '../shared/topics.ts';
import { decode, encode, identify } from '../shared/wire.ts';
import { actions, paymentWorker } from './actions.ts';
import { shardName, shardNumbers } from './ledger/ledger.ts';
import { openAccounts } from './opening.ts';
import { consumerGroups, fraudCapacityPerSecond, paymentWorkers } from './settings.ts';
import { audits, backlog, balances, effects } from './truth.ts';

const shardNeed: PostgresNeed = {
  schema: fileURLToPath(new URL('schema.sql', import.meta.url)),
  settings: { max_connections: 60, track_commit_timestamp: 'on', shared_buffers: '128MB' },
};
const ofOne = { count: 1, memoryLimitMiB: 256, restart: 'always' } as const;

/** The pipeline rebuilt after the crisis (source 210-306, 2008-2072): sharded by account, streaming, exactly once in effect. */
export const target = defineTarget({
  name: 'wallet/streaming',
  summary: 'Three shards, double entry, an outbox between them; payments of crisis mode are reviewed later.',
  domain: 'wallet',
  needs: {
    topics: topicNeeds,
    postgres: {
      ...Object.fromEntries(shardNumbers.map((shard) => [shardName(shard), shardNeed])),
      [bankStore]: bankNeed,
    },
    redis: false,
  },
  prepare: (at, world) => openAccounts(at, world),
  dependencies: [
    dependencySpec('upi-switch'),
    dependencySpec('fraud', { capacityPerSecond: fraudCapacityPerSecond, latencyMs: 5 }),
  ],
  processes: (context) => [
    workerSpec(paymentWorker, new URL('payments/worker.ts', import.meta.url), context, {
      count: paymentWorkers,
      memoryLimitMiB: 320,
      restart: 'always',
    }),
    workerSpec('refund-worker', new URL('refunds/worker.ts', import.meta.url), context, ofOne),
    workerSpec('add-money-worker', new URL('add-money/worker.ts', import.meta.url), context, ofOne),
    workerSpec('details-worker', new URL('details/worker.ts', import.meta.url), context, ofOne),
  ],
  actions,
  metrics: {
    poolWaiting: 'pipeline_pool_waiting',
    poolUsed: 'pipeline_pool_used',
    poolSize: 'pipeline_pool_size',
    breakersOpen: 'pipeline_breakers_open',
    errors: 'pipeline_errors_total',
  },
  consumerGroups: [
    { id: consumerGroups.payments, topics: [topics.payments, topics.registrations], sessionTimeoutMs },
    { id: consumerGroups.refunds, topics: [topics.refunds], sessionTimeoutMs },
    { id: consumerGroups.addMoney, topics: [topics.addMoney], sessionTimeoutMs },
    { id: consumerGroups.details, topics: [topics.details], sessionTimeoutMs },
  ],
  encode,
  identify,
  decode,
  effects,
  balances,
  audits,
  backlog,
});
