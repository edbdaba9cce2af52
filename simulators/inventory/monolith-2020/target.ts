import { fileURLToPath } from 'node:url';
import { defineTarget } from 'toofan';
import { dependencySpec } from '../../dependencies/dependency-spec.ts';
import { shelveOpening, stockUp } from '../shared/opening.ts';
import { openShelfReader } from '../shared/shelf.ts';
import { inputTopics, topicNeeds } from '../shared/topics.ts';
import { balancesSql, effectsSql } from '../shared/truth.ts';
import { decode, encode, identify } from '../shared/wire.ts';
import { sessionTimeoutMs, workerSpec } from '../../worker/worker-process.ts';
import { actions } from './actions.ts';
import { consumerGroup, databaseConnections, shelfRefreshMs, shelfStalenessMs } from './settings.ts';

/** The pipeline that failed for 165 minutes at the Big Billion Days of 2020 (source 3930-4285). */
export const target = defineTarget({
  name: 'inventory/monolith-2020',
  summary: "Shelf, recommendations, books and shelf again on each order's path; fixed pool, no breaker.",
  domain: 'inventory',
  needs: {
    topics: topicNeeds,
    postgres: {
      main: {
        schema: fileURLToPath(new URL('schema.sql', import.meta.url)),
        settings: { max_connections: databaseConnections, track_commit_timestamp: 'on' },
      },
    },
    redis: true,
  },
  prepare: async (at, world) => {
    await stockUp(at, world);
    await shelveOpening(at, world);
  },
  dependencies: [dependencySpec('recommendations')],
  // Dead processes stay dead until a responder starts them.
  processes: (context) => [
    workerSpec('order-worker', new URL('order/worker.ts', import.meta.url), context, { count: 2, memoryLimitMiB: 320 }),
    workerSpec('etl-worker', new URL('etl/worker.ts', import.meta.url), context, { count: 1, memoryLimitMiB: 320 }),
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
  effects: [{ store: 'main', sql: effectsSql }],
  balances: [{ store: 'main', sql: balancesSql }],
  readModel: {
    name: 'shelf',
    open: openShelfReader,
    stalenessMs: shelfStalenessMs,
    refreshMs: shelfRefreshMs,
  },
});
