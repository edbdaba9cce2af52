import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { defineTarget, type Target } from 'toofan';
import { dependencySpec } from '../../dependencies/dependency-spec.ts';
import { mainPostgres, stockUp } from '../shared/opening.ts';
import { books, target as streaming } from '../streaming/target.ts';
import { workerSpec } from '../../worker/worker-process.ts';
import { writeCatalogue } from './product-list.ts';

const catalogueSchema = fileURLToPath(new URL('schema.sql', import.meta.url));

/**
 * The streaming pipeline with a shop in front of it, whose server gets `env`: shoppers come over HTTP and are told what the
 * pipeline decided.
 */
export const storefrontWith = (env: Readonly<Record<string, string>>): Omit<Target, 'name' | 'summary'> => ({
  ...streaming,
  needs: { ...streaming.needs, postgres: { main: { ...books, schema: [books.schema, catalogueSchema] } } },
  async prepare(at, world) {
    await stockUp(at, world);
    const client = new Client({ ...mainPostgres(at), connectionTimeoutMillis: 10_000, query_timeout: 60_000 });
    client.on('error', () => undefined); // The query that met it rejects with it.
    await client.connect();
    try {
      await writeCatalogue(client, world.catalogue);
    } finally {
      await client.end();
    }
  },
  dependencies: [dependencySpec('recommendations')],
  processes: (context) => [
    // One worker decides 1,000 orders/s easily; a second one's polling would cost a tenth of a core.
    ...streaming.processes(context).map((spec) => ({ ...spec, count: 1 })),
    workerSpec('storefront', new URL('server.ts', import.meta.url), context, { count: 1, memoryLimitMiB: 320, env }),
  ],
  metrics: { ...streaming.metrics, breakersOpen: 'pipeline_breakers_open' },
  http: { process: 'storefront', kinds: ['order', 'cancellation'] },
});

export const target = defineTarget({
  ...storefrontWith({}),
  name: 'inventory/storefront',
  summary:
    'The streaming pipeline behind a shop over HTTP: search, browse, order, cancel; sheds premium shoppers last.',
});
