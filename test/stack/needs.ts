import { fileURLToPath } from 'node:url';
import type { ToofanConfig } from '../../harness/config.ts';
import { findEngine } from '../../harness/stack/containers/find-engine.ts';
import { imagesOf, presentImages } from '../../harness/stack/containers/images.ts';
import type { StackNeeds } from '../../harness/stack/stack.ts';

/** What the stack tests need from a stack: two Postgres servers, one of them with few connections. */
export const needs: StackNeeds = {
  topics: {
    orders: { partitions: 3, role: 'input' },
    decisions: { partitions: 3, role: 'decisions' },
    'dead-letters': { partitions: 1, role: 'internal' },
  },
  postgres: {
    main: { schema: fileURLToPath(new URL('./schema.sql', import.meta.url)), settings: { max_connections: 12 } },
    ledger: { schema: fileURLToPath(new URL('./schema.sql', import.meta.url)) },
  },
  redis: true,
};

/** Images for a container stack, if an engine answers and has all three: the public ones, else those built for tests. */
export async function containerConfig(): Promise<ToofanConfig | undefined> {
  const engine = await findEngine();
  if (engine.state !== 'answers') return undefined;
  const own = { kafka: 'toofan-test/kafka', postgres: 'toofan-test/postgres', redis: 'toofan-test/redis' };
  for (const config of [{}, { images: own }]) {
    const images = Object.values(imagesOf(config));
    if ((await presentImages(engine.engine, images)).size === images.length) return config;
  }
  return undefined;
}
