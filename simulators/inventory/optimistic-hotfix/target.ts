import { fileURLToPath } from 'node:url';
import { defineTarget } from 'toofan';
import { shelveOpening, stockUp } from '../shared/opening.ts';
import { openShelfReader } from '../shared/shelf.ts';
import { topicNeeds, topics } from '../shared/topics.ts';
import { balancesSql, effectsSql } from '../shared/truth.ts';
import { decode, encode, identify } from '../shared/wire.ts';
import { sessionTimeoutMs, workerSpec } from '../../worker/worker-process.ts';
import { confirmedOrders, keeperGroup, keeperTopics, shopGroup } from './settings.ts';

/** The emergency fix of the night of 2 October 2019 (source 1604-1635). */
export const target = defineTarget({
  name: 'inventory/optimistic-hotfix',
  summary: 'The shop confirms from the shelf; a consumer deducts with a version check and cancels what is gone.',
  domain: 'inventory',
  needs: {
    topics: { ...topicNeeds, [confirmedOrders]: { partitions: 4, role: 'internal' } },
    postgres: {
      main: {
        schema: fileURLToPath(new URL('schema.sql', import.meta.url)),
        settings: { max_connections: 200, track_commit_timestamp: 'on' },
      },
    },
    redis: true,
  },
  prepare: async (at, world) => {
    await stockUp(at, world);
    await shelveOpening(at, world);
  },
  processes: (context) => [
    workerSpec('hotfix-shop', new URL('shop.ts', import.meta.url), context, { count: 2, memoryLimitMiB: 320 }),
    workerSpec('hotfix-stock-keeper', new URL('keeper.ts', import.meta.url), context, {
      count: 2,
      memoryLimitMiB: 320,
    }),
  ],
  consumerGroups: [
    { id: shopGroup, topics: [topics.orders], sessionTimeoutMs },
    { id: keeperGroup, topics: keeperTopics, sessionTimeoutMs },
  ],
  encode,
  identify,
  decode,
  effects: [{ store: 'main', sql: effectsSql }],
  balances: [{ store: 'main', sql: balancesSql }],
  readModel: { name: 'shelf', open: openShelfReader, stalenessMs: 1_000, refreshMs: 4_000 },
});
