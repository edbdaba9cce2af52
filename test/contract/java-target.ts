import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { type Addresses, defineTarget, type PostgresAddress } from 'toofan';
import { decode, encode, identify } from '../../simulators/inventory/shared/wire.ts';

const folder = fileURLToPath(new URL('java-consumer/', import.meta.url));

/** Compiles the consumer and fetches its dependencies; fast once that was done. */
export async function buildJavaConsumer(): Promise<void> {
  await promisify(execFile)('mvn', ['-q', '-B', 'compile', 'dependency:copy-dependencies'], { cwd: folder });
}

const inputs = ['order-events', 'cancellation-events', 'return-events', 'warehouse-updates'];

/**
 * A pipeline of another make: plain Java, its own tables, a line on standard output instead of a health check, no shelf. This
 * file has everything that the harness must know about it; the consumer has nothing of the harness.
 */
export const javaTarget = defineTarget({
  name: 'test/java-consumer',
  summary: 'A plain Java consumer with a table of its own; shows that a target need not be TypeScript.',
  domain: 'inventory',
  needs: {
    topics: {
      ...Object.fromEntries(inputs.map((topic) => [topic, { partitions: 2, role: 'input' as const }])),
      'order-decisions': { partitions: 2, role: 'decisions' },
    },
    postgres: { main: { schema: `${folder}schema.sql` } },
    redis: false,
  },
  prepare: async (at, world) => {
    const client = new Client(postgresOf(at));
    await client.connect();
    try {
      await client.query('INSERT INTO inventory_item (sku, on_hand) SELECT * FROM unnest($1::text[], $2::int[])', [
        world.opening.map(({ key }) => key),
        world.opening.map(({ available }) => available),
      ]);
    } finally {
      await client.end();
    }
  },
  processes: ({ stack }) => {
    const { host, port, database, user, password } = postgresOf(stack);
    return [
      {
        name: 'java-consumer',
        command: [
          'java',
          '-Xmx256m',
          '-cp',
          `${folder}target/classes:${folder}target/dependency/*`,
          'inventory.Consumer',
        ],
        env: {
          KAFKA_BROKERS: stack.kafka.brokers.join(','),
          JDBC_URL: `jdbc:postgresql://${host}:${port}/${database}`,
          DB_USER: user,
          DB_PASSWORD: password,
        },
        count: 1,
        ready: { line: 'consuming' },
      },
    ];
  },
  consumerGroups: [{ id: 'java-inventory', topics: inputs }],
  encode,
  identify,
  decode,
  effects: [
    {
      store: 'main',
      sql: `SELECT event_id AS op, 'stock' AS leg, sku AS key, units AS delta, NULL::bigint AS amount_paise,
              revision AS version, booked_at AS committed_at
            FROM journal WHERE units IS NOT NULL`,
    },
  ],
  balances: [
    { store: 'main', sql: 'SELECT sku AS key, on_hand AS available, sold, revision AS version FROM inventory_item' },
  ],
});

function postgresOf(at: Addresses): PostgresAddress {
  const address = at.postgres['main'];
  if (address === undefined) throw new Error('the stack has no Postgres named main');
  return address;
}
