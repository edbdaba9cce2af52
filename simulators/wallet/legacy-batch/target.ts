import { fileURLToPath } from 'node:url';
import { defineTarget } from 'toofan';
import { bankAudit, bankBalances, bankEffects, bankNeed, bankStore } from '../../dependencies/bank/truth.ts';
import { dependencySpec } from '../../dependencies/dependency-spec.ts';
import { sessionTimeoutMs, workerSpec } from '../../worker/worker-process.ts';
import { inputTopics, topicNeeds } from '../shared/topics.ts';
import { decode, encode, identify } from '../shared/wire.ts';
import { actions, workerName } from './actions.ts';
import { openAccounts } from './opening.ts';
import { consumerGroup, databaseConnections, workers } from './settings.ts';
import { audit, balances, effects } from './truth.ts';

/** The wallet before the night of 8 November 2016 (source 1804-1850, 4317-4339). */
export const target = defineTarget({
  name: 'wallet/legacy-batch',
  summary: 'One database, five sequential validations, then the debit; a batch pays merchants every 2 hours.',
  domain: 'wallet',
  needs: {
    topics: topicNeeds,
    postgres: {
      main: {
        schema: fileURLToPath(new URL('schema.sql', import.meta.url)),
        settings: { max_connections: databaseConnections, track_commit_timestamp: 'on' },
      },
      [bankStore]: bankNeed,
    },
    redis: false,
  },
  prepare: openAccounts,
  dependencies: [dependencySpec('fraud'), dependencySpec('upi-switch')],
  processes: (context) => [
    workerSpec(workerName, new URL('worker.ts', import.meta.url), context, { count: workers, memoryLimitMiB: 320 }),
    workerSpec('settlement', new URL('settlement.ts', import.meta.url), context, { count: 1, memoryLimitMiB: 320 }),
  ],
  actions,
  metrics: {
    poolWaiting: 'pipeline_pool_waiting',
    poolUsed: 'pipeline_pool_used',
    poolSize: 'pipeline_pool_size',
    errors: 'pipeline_errors_total',
  },
  consumerGroups: [{ id: consumerGroup, topics: inputTopics, sessionTimeoutMs }],
  encode,
  identify,
  decode,
  effects: [effects, bankEffects],
  balances: [balances, bankBalances],
  audits: [audit, bankAudit],
});
