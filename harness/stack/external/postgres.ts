import type { Client } from 'pg';
import { unavailable } from '../../errors.ts';
import { connectToReset, markSchemas, schemasOf, usersOwn } from '../reset/reset.ts';
import type { PostgresAddress, PostgresNeed } from '../stack.ts';
import { count, type Foreign, type Look } from './look.ts';

/** Longer than a killed worker's last statement, shorter than a user's patience. */
const lockWithinMs = 10_000;

const isMarked = `coalesce(obj_description(n.oid, 'pg_namespace') like 'toofan:%', false)`;
/** Relations of a marked schema that its marker does not know: somebody has added them since. */
const isStrange = `not c.oid::text = any(string_to_array(coalesce(substring(obj_description(n.oid, 'pg_namespace') from 'relations (.*)$'), ''), ' '))`;

/** Whether the database at `path` of the configuration is fit for a drill, and what it contains. Read-only. */
export async function lookAtPostgres(path: string, address: PostgresAddress): Promise<Look> {
  const client = await connectToReset(address);
  try {
    await client.query('begin transaction isolation level repeatable read read only');
    const problems = await settingProblems(client, address);
    const schemas = await schemasIn(client);
    for (const { name, owned, marked } of schemas)
      if (!owned && (marked || name === 'public'))
        problems.push(
          `the schema ${name} belongs to another role, but a drill recreates it; ALTER SCHEMA ${name} OWNER TO ${address.user}`,
        );
    return {
      problems: problems.map((problem) => `${path}: ${problem}`),
      foreign: await foreignIn(client, schemas, address),
    };
  } finally {
    await client.end();
  }
}

interface Settings {
  readonly commits: string;
  readonly read_only: string;
  readonly replica: boolean;
  readonly may_create: boolean;
  readonly schema: string | null;
}

async function settingProblems(client: Client, { user, database }: PostgresAddress): Promise<string[]> {
  const { rows } = await client.query<Settings>(`
    select current_setting('track_commit_timestamp') as commits, current_setting('default_transaction_read_only') as read_only,
      pg_is_in_recovery() as replica, has_database_privilege(current_database(), 'create') as may_create, current_schema() as schema`);
  const [found] = rows;
  if (found === undefined) return [];
  const problems: string[] = [];
  if (found.commits !== 'on')
    problems.push(
      'track_commit_timestamp is off, but the harness reads the time of each commit; ALTER SYSTEM SET track_commit_timestamp = on, then restart the server',
    );
  if (found.replica) problems.push('it is a read-only replica; use its primary');
  if (found.read_only !== 'off')
    problems.push(
      `default_transaction_read_only is on, but a drill writes; ALTER ROLE ${user} IN DATABASE ${database} SET default_transaction_read_only = off`,
    );
  if (!found.may_create)
    problems.push(`${user} may not create a schema in it; GRANT CREATE ON DATABASE ${database} TO ${user}`);
  if (found.schema !== null && found.schema !== 'public')
    problems.push(
      `the search_path of ${user} points to the schema ${found.schema}, but the target's tables go to public; ALTER ROLE ${user} IN DATABASE ${database} SET search_path = public`,
    );
  return problems;
}

interface Schema {
  readonly name: string;
  readonly marked: boolean;
  readonly owned: boolean;
  readonly objects: number;
  /** Relations that no drill has created. */
  readonly strange: number;
}

async function schemasIn(client: Client): Promise<readonly Schema[]> {
  const { rows } = await client.query<Schema>(`
    select n.nspname as name, ${isMarked} as marked, pg_has_role(n.nspowner, 'usage') as owned,
      (select count(*) from pg_depend d where d.refclassid = 'pg_namespace'::regclass and d.refobjid = n.oid)::int as objects,
      (select count(*) from pg_class c where c.relnamespace = n.oid and ${isStrange})::int as strange
    from pg_namespace n where ${usersOwn} order by 1`);
  return rows;
}

/** A marker covers what it knows of the schema that carries it; without one, the database is somebody's unless it is empty. */
async function foreignIn(client: Client, schemas: readonly Schema[], address: PostgresAddress): Promise<Foreign[]> {
  const open = schemas.filter(({ name, marked, objects, strange }) =>
    marked ? strange > 0 : name === 'public' && objects > 0,
  );
  const others = schemas.filter(({ name, marked }) => name !== 'public' && !marked);
  const large = await largeObjects(client);
  const isDrilled = schemas.some(({ marked }) => marked);
  if (open.length === 0 && (isDrilled || (others.length === 0 && large === 0))) return [];
  const { host, port, database } = address;
  return [
    {
      names: [`${host}:${port}/${database}`, database],
      goes: (await Promise.all(open.map((schema) => contentsOf(client, schema)))).flat(),
      stays: [
        ...others.map(({ name, objects }) => `schema ${name} (${count(objects, 'object')})`),
        ...(large > 0 ? [count(large, 'large object')] : []),
      ],
    },
  ];
}

async function largeObjects(client: Client): Promise<number> {
  const { rows } = await client.query<{ n: number }>('select count(*)::int as n from pg_largeobject_metadata');
  return rows[0]?.n ?? 0;
}

/**
 * Tables that no drill has created, with their row counts; without a marker also the number of other objects (functions, types,
 * extensions).
 */
async function contentsOf(client: Client, { name, objects, marked }: Schema): Promise<string[]> {
  const { rows } = await client.query<{ name: string; rows: number }>(
    `select c.relname as name, greatest(c.reltuples, s.n_live_tup)::float8 as rows
     from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_stat_all_tables s on s.relid = c.oid
     where n.nspname = $1 and c.relkind in ('r', 'p', 'm', 'v', 'f') and (not $2 or ${isStrange}) order by 1`,
    [name, marked],
  );
  const tables = rows.map((table) =>
    table.rows > 0 ? `${name}.${table.name} (about ${count(table.rows, 'row')})` : `${name}.${table.name}`,
  );
  const rest = marked ? 0 : objects - rows.length;
  return rest > 0 ? [...tables, `${count(rest, 'other object')} of the schema ${name}`] : tables;
}

/** A fingerprint of everything in schemas that are not the target's. */
async function othersIn(client: Client): Promise<string> {
  const others = `(select n.oid from pg_namespace n where ${usersOwn} and n.nspname <> 'public' and not ${isMarked})`;
  const relations = `(select oid from pg_class where relnamespace in ${others})`;
  const { rows } = await client.query<{ all: string | null }>(`
    select md5(string_agg(thing, ' ' order by thing)) as all from (
      select 'relation ' || oid as thing from pg_class where relnamespace in ${others}
      union all select 'column ' || attrelid || '.' || attnum from pg_attribute where attrelid in ${relations} and not attisdropped
      union all select 'default ' || oid from pg_attrdef where adrelid in ${relations}
      union all select 'trigger ' || oid from pg_trigger where tgrelid in ${relations}
      union all select 'policy ' || oid from pg_policy where polrelid in ${relations}
      union all select 'constraint ' || oid from pg_constraint where connamespace in ${others}
      union all select 'routine ' || oid from pg_proc where pronamespace in ${others}
      union all select 'type ' || oid from pg_type where typnamespace in ${others}
    ) things`);
  return rows[0]?.all ?? '';
}

/** A database that was emptied and recreated, invisible to others until `commit`. */
export interface PreparedDatabase {
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** Drops what drills have created, and `public`; other schemas stay. Restores the privileges on `public`. */
const makeRoom = `
do $$
declare
  s record;
  g record;
begin
  for s in
    select n.oid, n.nspname, n.nspacl, pg_get_userbyid(n.nspowner) as owner,
      exists (select from pg_depend d where d.refclassid = 'pg_namespace'::regclass and d.refobjid = n.oid) as filled
    from pg_namespace n where ${usersOwn} and (n.nspname = 'public' or ${isMarked})
  loop
    continue when s.nspname = 'public' and not s.filled;
    execute format('drop schema %I cascade', s.nspname);
    continue when s.nspname <> 'public';
    create schema public;
    for g in
      select a.privilege_type, case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end as role
      from aclexplode(s.nspacl) a
    loop
      execute format('grant %s on schema public to %s', g.privilege_type, g.role);
    end loop;
    begin
      execute format('alter schema public owner to %I', s.owner);
    exception when insufficient_privilege then
      null;
    end;
  end loop;
  create schema if not exists public;
end $$`;

/**
 * Empties the database of what is the target's and creates the need's schema, in a transaction that is left open. Rejects (69),
 * with nothing changed, if another client blocks it or a statement is refused.
 */
export async function prepareDatabase(
  path: string,
  name: string,
  need: PostgresNeed,
  address: PostgresAddress,
): Promise<PreparedDatabase> {
  const schemas = await schemasOf(name, need);
  const client = await connectToReset(address);
  const end = async (how: 'commit' | 'rollback') => {
    try {
      await client.query(how);
    } finally {
      await client.end();
    }
  };
  try {
    await client.query(`begin; set local lock_timeout = ${lockWithinMs}`);
    const beside = await othersIn(client);
    await client.query(makeRoom);
    if ((await othersIn(client)) !== beside)
      throw new Error('other schemas depend on what would be dropped (a view, a column, a constraint)');
    const before = await schemasIn(client);
    for (const { file, sql } of schemas)
      await client.query(sql).catch((error: unknown) => {
        throw new Error(`Postgres rejects ${file}: ${(error as Error).message}`, { cause: error });
      });
    const stay = before
      .filter(({ name: schema }) => schema !== 'public')
      .map(({ name: schema }) => client.escapeLiteral(schema));
    await client.query(markSchemas(`${usersOwn} and n.nspname <> all (array[${stay.join()}]::text[])`));
    return { commit: () => end('commit'), rollback: () => end('rollback') };
  } catch (error) {
    await end('rollback').catch(() => undefined);
    const { code, message } = error as { code?: string; message: string };
    const isLocked = code === '55P03';
    throw unavailable(
      isLocked
        ? `${path}: another client has held a lock in ${address.database} for ${lockWithinMs / 1000} s; stop it, then run again. Nothing was changed`
        : `${path}: ${message}. Nothing was changed`,
      error,
    );
  }
}

/** Whatever the target has created meanwhile is the drill's too: until its end the database was exclusively its own. */
export async function markAnew(address: PostgresAddress): Promise<void> {
  const client = await connectToReset(address);
  try {
    await client.query(markSchemas(`${usersOwn} and ${isMarked}`));
  } finally {
    await client.end();
  }
}
