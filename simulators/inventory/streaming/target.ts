import { fileURLToPath } from 'node:url';
import { defineTarget } from 'toofan';
import { stockUp } from '../shared/opening.ts';
import { openShelfReader } from '../shared/shelf.ts';
import { inputTopics, topicNeeds } from '../shared/topics.ts';
import { balancesSql, effectsSql } from '../shared/truth.ts';
import { decode, encode, identify } from '../shared/wire.ts';
import { sessionTimeoutMs, workerSpec } from '../../worker/worker-process.ts';
import { consumerGroup, shelfRefreshMs, shelfStalenessMs } from './settings.ts';

/** The server that holds the books. */
export const books = {
  schema: fileURLToPath(new URL('schema.sql', import.meta.url)),
  settings: { max_connections: 200, track_commit_timestamp: 'on' },
} as const;

/** The pipeline after the overhaul (source 1727-1792): decides from the books, exactly once in effect. */
export const target = defineTarget({
  name: 'inventory/streaming',
  summary:
    'Decides from the database, one transaction per batch; exactly once in effect; shelf in Redis by row version.',
  domain: 'inventory',
  needs: {
    topics: topicNeeds,
    postgres: { main: books },
    redis: true,
  },
  prepare: stockUp,
  processes: (context) => [
    workerSpec('inventory-worker', new URL('worker.ts', import.meta.url), context, { count: 2, memoryLimitMiB: 320 }),
  ],
  metrics: {
    poolWaiting: 'pipeline_pool_waiting',
    poolUsed: 'pipeline_pool_used',
    poolSize: 'pipeline_pool_size',
    errors: 'pipeline_errors_total',
    retries: 'pipeline_retries_total',
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
