import { fileURLToPath } from 'node:url';
import type { PostgresNeed } from '../../../harness/stack/stack.ts';
import { defineTarget } from '../../../harness/target/target.ts';
import { workerSpec } from '../../worker/worker-process.ts';
import { topicNeeds, topics } from '../shared/topics.ts';
import { decode, encode, identify } from '../shared/wire.ts';
import { shardName, shardNumbers } from './ledger/ledger.ts';
import { openAccounts } from './opening.ts';
import { consumerGroups, paymentWorkers } from './settings.ts';
import { balances, effects } from './truth.ts';

const shardNeed: PostgresNeed = {
  schema: fileURLToPath(new URL('schema.sql', import.meta.url)),
  settings: { max_connections: 40, track_commit_timestamp: 'on', shared_buffers: '128MB' },
};

/** The pipeline as it was rebuilt after the crisis (source 210-306, 2008-2072): sharded by account, streaming, exactly once in effect. */
export const target = defineTarget({
  name: 'wallet/streaming',
  summary: 'Three shards, double entry, an outbox between them; crisis mode keeps every payment for later review.',
  domain: 'wallet',
  needs: {
    topics: topicNeeds,
    postgres: Object.fromEntries(shardNumbers.map((shard) => [shardName(shard), shardNeed])),
    redis: false,
  },
  prepare: openAccounts,
  processes: (context) => [
    workerSpec('payment-worker', new URL('payments/worker.ts', import.meta.url), context, {
      count: paymentWorkers,
      memoryLimitMiB: 320,
      restart: 'always',
    }),
  ],
  metrics: {
    poolWaiting: 'pipeline_pool_waiting',
    poolUsed: 'pipeline_pool_used',
    poolSize: 'pipeline_pool_size',
    breakersOpen: 'pipeline_breakers_open',
    errors: 'pipeline_errors_total',
  },
  consumerGroups: [{ id: consumerGroups.payments, topics: [topics.payments, topics.registrations] }],
  encode,
  identify,
  decode,
  effects,
  balances,
});
