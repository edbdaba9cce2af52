import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { defineTarget } from 'toofan';
import { mainPostgres, shelveOpening, stockUp } from '../shared/opening.ts';
import { openShelfReader } from '../shared/shelf.ts';
import { inputTopics, topicNeeds } from '../shared/topics.ts';
import { balancesSql, effectsSql } from '../shared/truth.ts';
import { decode, encode, identify } from '../shared/wire.ts';
import { sessionTimeoutMs, workerSpec } from '../../worker/worker-process.ts';
import { consumerGroup, poolSize } from './settings.ts';

/** The pipeline that failed in 2019 (source 1454-1600). */
export const target = defineTarget({
  name: 'inventory/legacy-batch',
  summary: 'The shop sells from its shelf copy; a batch recomputes that, product by product, every 30 minutes.',
  domain: 'inventory',
  needs: {
    topics: topicNeeds,
    postgres: {
      main: {
        schema: fileURLToPath(new URL('schema.sql', import.meta.url)),
        settings: { max_connections: poolSize, track_commit_timestamp: 'on' },
      },
    },
    redis: true,
  },
  prepare: async (at, world) => {
    await stockUp(at, world);
    const client = new Client(mainPostgres(at));
    await client.connect();
    try {
      await client.query('INSERT INTO availability (product, available) SELECT product, available FROM stock');
    } finally {
      await client.end();
    }
    await shelveOpening(at, world);
  },
  processes: (context) => [
    workerSpec('legacy-shop', new URL('shop.ts', import.meta.url), context, { count: 2, memoryLimitMiB: 320 }),
    workerSpec('legacy-sync', new URL('sync.ts', import.meta.url), context, { count: 1, memoryLimitMiB: 320 }),
  ],
  consumerGroups: [{ id: consumerGroup, topics: inputTopics, sessionTimeoutMs }],
  encode,
  identify,
  decode,
  effects: [{ store: 'main', sql: effectsSql }],
  balances: [{ store: 'main', sql: balancesSql }],
  // What a shopper may expect of a shelf, not what this one delivers.
  readModel: { name: 'shelf', open: openShelfReader, stalenessMs: 1_000, refreshMs: 1_000 },
});
