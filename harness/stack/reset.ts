import { readFile } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { badInput } from '../errors.ts';
import type { Addresses, PostgresAddress, PostgresNeed, RedisAddress, StackNeeds } from './stack.ts';
import { lockOfDrill } from './lock-stores.ts';
import { resetKafka } from './reset-kafka.ts';

const connectWithinMs = 10_000;
const statementWithinMs = 30_000;

/** Whose servers they are: on our own everything goes, on somebody else's only what the needs name. */
export type Ownership = 'ours' | 'theirs';

/**
 * A clean state: the needs' topics made anew and empty, consumer groups gone, each database empty but for its need's
 * schema (owned by the user of `forTarget`), Redis empty. Resolves once all of that is to be seen.
 */
export async function resetStores(
  stores: { readonly direct: Addresses; readonly forTarget: Addresses; readonly whose: Ownership },
  needs: StackNeeds,
): Promise<void> {
  const databases = Object.entries(needs.postgres).map(async ([name, need]) => {
    const [direct, forTarget] = [stores.direct.postgres[name], stores.forTarget.postgres[name]];
    if (direct === undefined || forTarget === undefined) {
      throw badInput(`the target needs a Postgres server "${name}", and the stack has none of that name`);
    }
    await resetDatabase(name, need, direct, forTarget.user);
  });
  if (needs.redis && stores.direct.redis === undefined) {
    throw badInput('the target needs Redis, and the stack has none');
  }
  const redis = stores.direct.redis === undefined ? [] : [resetRedis(stores.direct.redis, stores.whose)];
  await Promise.all([resetKafka(stores.direct.kafka.brokers, needs.topics, stores.whose), ...databases, ...redis]);
}

/** Schemas instead of the database itself: dropping that forces a checkpoint, and not every server lets us make one. */
const emptyDatabase = `
do $$
declare
  name text;
begin
  for name in select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' loop
    execute format('drop schema %I cascade', name);
  end loop;
  perform lo_unlink(oid) from pg_largeobject_metadata;
end $$`;

async function resetDatabase(name: string, need: PostgresNeed, address: PostgresAddress, owner: string): Promise<void> {
  const files = [need.schema].flat();
  const schemas = await Promise.all(files.map((file) => readFile(file, 'utf8'))).catch((error: unknown) => {
    throw badInput(`the schema of Postgres "${name}" cannot be read: ${(error as Error).message}`);
  });
  const client = new Client({
    ...address,
    connectionTimeoutMillis: connectWithinMs,
    statement_timeout: statementWithinMs,
    // A server that stands still ends no statement itself.
    query_timeout: statementWithinMs + connectWithinMs,
    application_name: 'toofan-reset',
  });
  client.on('error', () => undefined); // The query that met it rejects with it.
  await client.connect();
  try {
    await client.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
         and pid not in (select pid from pg_locks where locktype = 'advisory' and classid = $1 and objid = $2)`,
      [lockOfDrill.classid, lockOfDrill.objid],
    );
    await client.query(emptyDatabase);
    const role = client.escapeIdentifier(owner);
    await client.query(`create schema public authorization ${role}; set role ${role}`);
    for (const [index, schema] of schemas.entries()) {
      await client.query(schema).catch((error: unknown) => {
        throw badInput(`${files[index]} is refused by Postgres: ${(error as Error).message}`);
      });
    }
  } finally {
    await client.end();
  }
}

async function resetRedis(address: RedisAddress, whose: Ownership): Promise<void> {
  const redis = new Redis({
    ...address,
    lazyConnect: true,
    connectTimeout: connectWithinMs,
    commandTimeout: connectWithinMs,
    maxRetriesPerRequest: 1,
  });
  redis.on('error', () => undefined); // The command that met it rejects with it.
  try {
    await redis.connect();
    await (whose === 'ours' ? redis.flushall() : redis.flushdb());
  } finally {
    // Also where it never connected: the client would try for ever, and keep the process from ending.
    redis.disconnect();
  }
}
