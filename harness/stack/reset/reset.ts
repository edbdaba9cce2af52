import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { badInput } from '../../errors.ts';
import type { Addresses, PostgresAddress, PostgresNeed, RedisAddress, StackNeeds } from '../stack.ts';
import { lockOfDrill } from '../external/lock-stores.ts';
import { withRedis } from '../redis-client.ts';
import { resetKafka } from './reset-kafka.ts';

const connectWithinMs = 10_000;
const statementWithinMs = 30_000;

/**
 * Marks each schema chosen by `which` (a condition on `n`, of pg_namespace) with a comment: a drill has created it and everything
 * now in it, by object ids. The next drill may drop that, on anybody's server.
 */
export const markSchemas = (which: string): string => `
do $$
declare
  s record;
begin
  for s in select n.oid, n.nspname from pg_namespace n where ${which} loop
    execute format('comment on schema %I is %L', s.nspname, 'toofan: made by a drill, dropped by the next; relations ' ||
      coalesce((select string_agg(c.oid::text, ' ' order by c.oid) from pg_class c where c.relnamespace = s.oid), ''));
  end loop;
end $$`;

/** On `n`: not one of the server's own schemas. */
export const usersOwn = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;

/**
 * A clean state for our own servers: the needs' topics recreated and empty, consumer groups gone, each database empty except for
 * its need's schema (owned by the user of `forTarget`), Redis empty. Resolves once all of that is visible.
 */
export async function resetStores(
  stores: { readonly direct: Addresses; readonly forTarget: Addresses },
  needs: StackNeeds,
): Promise<void> {
  const databases = Object.entries(needs.postgres).map(async ([name, need]) => {
    const [direct, forTarget] = [stores.direct.postgres[name], stores.forTarget.postgres[name]];
    if (direct === undefined || forTarget === undefined) {
      throw badInput(`the target needs a Postgres server "${name}", which the stack does not have`);
    }
    await resetDatabase(name, need, direct, forTarget.user);
  });
  if (needs.redis && stores.direct.redis === undefined) {
    throw badInput('the target needs Redis, but the stack has none');
  }
  const redis = stores.direct.redis === undefined ? [] : [resetRedis(stores.direct.redis)];
  await Promise.all([resetKafka(stores.direct.kafka.brokers, needs.topics), ...databases, ...redis]);
}

/** Schemas instead of the database itself: dropping that forces a checkpoint, and not every server lets us create one. */
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

/** The SQL files of a need, read. */
export async function schemasOf(name: string, need: PostgresNeed): Promise<{ file: string; sql: string }[]> {
  return Promise.all([need.schema].flat().map(async (file) => ({ file, sql: await readFile(file, 'utf8') }))).catch(
    (error: unknown) => {
      throw badInput(`cannot read the schema of Postgres "${name}": ${(error as Error).message}`);
    },
  );
}

/** A connection for checking and emptying a database, with a timeout on every statement. */
export async function connectToReset(address: PostgresAddress): Promise<Client> {
  const client = new Client({
    ...address,
    connectionTimeoutMillis: connectWithinMs,
    statement_timeout: statementWithinMs,
    // A frozen server ends no statement by itself.
    query_timeout: statementWithinMs + connectWithinMs,
    application_name: 'toofan-reset',
  });
  client.on('error', () => undefined); // The query that met it rejects with it.
  await client.connect();
  return client;
}

async function resetDatabase(name: string, need: PostgresNeed, address: PostgresAddress, owner: string): Promise<void> {
  const schemas = await schemasOf(name, need);
  const client = await connectToReset(address);
  try {
    await client.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
         and pid not in (select pid from pg_locks where locktype = 'advisory' and classid = $1 and objid = $2)`,
      [lockOfDrill.classid, lockOfDrill.objid],
    );
    await client.query(emptyDatabase);
    const role = client.escapeIdentifier(owner);
    await client.query(`create schema public authorization ${role}; set role ${role}`);
    for (const { file, sql } of schemas) {
      await client.query(sql).catch((error: unknown) => {
        throw badInput(`Postgres rejects ${file}: ${(error as Error).message}`);
      });
    }
    await client.query(`reset role; ${markSchemas(usersOwn)}`);
  } finally {
    await client.end();
  }
}

async function resetRedis(address: RedisAddress): Promise<void> {
  await withRedis(address, connectWithinMs, (redis) => redis.flushall());
}
