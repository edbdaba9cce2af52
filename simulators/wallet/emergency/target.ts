import { fileURLToPath } from 'node:url';
import { defineTarget } from 'toofan';
import { bankAudit, bankBalances, bankEffects, bankNeed, bankStore } from '../../dependencies/bank/truth.ts';
import { dependencySpec } from '../../dependencies/dependency-spec.ts';
import { sessionTimeoutMs, workerSpec } from '../../worker/worker-process.ts';
import { inputTopics, topicNeeds, topics } from '../shared/topics.ts';
import { decode, encode, identify } from '../shared/wire.ts';
import { actions, workerName } from './actions.ts';
import { openAccounts } from './opening.ts';
import { consumerGroups, crisisPool, workers } from './settings.ts';
import { databases } from './sharding.ts';
import { audits, balances, effects } from './truth.ts';

const shardNeed = {
  schema: fileURLToPath(new URL('schema.sql', import.meta.url)),
  settings: { max_connections: Math.ceil(crisisPool / databases.length) + 20, track_commit_timestamp: 'on' },
};

/** What was deployed that night, according to the source (1885-1943, 2429-2479, 4404-4533). */
export const target = defineTarget({
  name: 'wallet/emergency',
  summary: 'The pipeline of that night: three shards of a million users each, 100 ms for all validations, crisis mode.',
  domain: 'wallet',
  needs: {
    topics: topicNeeds,
    postgres: { ...Object.fromEntries(databases.map((name) => [name, shardNeed])), [bankStore]: bankNeed },
    redis: false,
  },
  prepare: openAccounts,
  dependencies: [dependencySpec('fraud'), dependencySpec('upi-switch')],
  processes: (context) => [
    workerSpec(workerName, new URL('worker.ts', import.meta.url), context, { count: workers, memoryLimitMiB: 320 }),
    workerSpec('emergency-details', new URL('details/worker.ts', import.meta.url), context, {
      count: 1,
      memoryLimitMiB: 320,
    }),
  ],
  actions,
  metrics: {
    poolWaiting: 'pipeline_pool_waiting',
    poolUsed: 'pipeline_pool_used',
    poolSize: 'pipeline_pool_size',
    errors: 'pipeline_errors_total',
  },
  consumerGroups: [
    { id: consumerGroups.transactions, topics: inputTopics, sessionTimeoutMs },
    { id: consumerGroups.details, topics: [topics.details], sessionTimeoutMs },
  ],
  encode,
  identify,
  decode,
  effects: [...effects, bankEffects],
  balances: [...balances, bankBalances],
  audits: [...audits, bankAudit],
});
