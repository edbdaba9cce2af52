import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Admin } from '@platformatic/kafka';
import { Kafka, logLevel } from 'kafkajs';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ToofanConfig } from '../../harness/config.ts';
import { UserError } from '../../harness/errors.ts';
import { connectKafka } from '../../harness/load/drivers/kafka/connect-kafka.ts';
import type { Addresses, Stack, StackNeeds } from '../../harness/stack/stack.ts';
import { startStack } from '../../harness/stack/start-stack.ts';
import { resetStores } from '../../harness/stack/reset/reset.ts';
import { redisMarker } from '../../harness/stack/external/redis.ts';
import { sharedStack } from '../shared-stack.ts';
import { append, read, sql, withAdmin, withRedis } from './clients.ts';
import { dump } from './dump.ts';
import { needs as ofTests } from './needs.ts';
import { eventually, NotYet } from '../../harness/eventually.ts';

/** A local stack plays the external servers. */
const host = sharedStack({ topics: {}, postgres: ofTests.postgres, redis: true });
const needs: StackNeeds = { ...ofTests, groups: [{ id: 'shop', sessionTimeoutMs: 3_000 }] };

const their = (): Addresses => host.stack.forTarget;
const main = () => their().postgres['main'] ?? expect.fail();
const superuser = (name = 'main') => host.stack.direct.postgres[name] ?? expect.fail();
const redis = () => their().redis ?? expect.fail();
const broker = () => their().kafka.brokers[0] ?? expect.fail();
const named = () => ({
  database: `${main().host}:${main().port}/${main().database}`,
  cache: `${redis().host}:${redis().port}/0`,
  orders: `${broker()}/orders`,
});

const announced: string[] = [];
async function use(empty: readonly string[] = [], wanted = needs, config: ToofanConfig = {}): Promise<Stack> {
  return startStack('external', wanted, {
    session: host.session,
    config: { external: { ...their() }, ...config },
    progress: () => undefined,
    consent: { emptyTheseStores: empty, announce: (line) => announced.push(line) },
  });
}

/** The message of a refusal; fails if there is none, or if anything in the stores has changed. */
async function refusal(empty: readonly string[] = [], wanted = needs, config: ToofanConfig = {}): Promise<string> {
  const before = await dump(their());
  const said = await use(empty, wanted, config).then(
    async (stack) => {
      await stack[Symbol.asyncDispose]();
      return expect.fail('it was not refused');
    },
    (error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      expect([64, 69]).toContain(error.exitCode);
      return error.message;
    },
  );
  expect(await dump(their())).toEqual(before);
  return said;
}

/** A broker lists a topic a moment after it has reported its creation. */
async function seen(admin: Admin, topics: readonly string[]): Promise<void> {
  const look = async () => {
    const listed = await admin.listTopics();
    const isListed = topics.every((name) => listed.includes(name));
    return isListed ? undefined : new NotYet(`the broker does not list ${topics.join(', ')}`);
  };
  await eventually(look, { withinMs: 5_000, everyMs: 20 });
}

/** Somebody's tables, keys and records, next to and under the names that a target uses. */
async function fill(): Promise<void> {
  await sql(
    main(),
    `create table customers as select n as id, 'name ' || n as name from generate_series(1, 1000) n; analyze customers;
     create schema crm; create table crm.leads as select 1 as id`,
  );
  await withRedis(redis(), (client) => client.mset('session:1', 'a', 'session:2', 'b'));
  await withAdmin(their().kafka, async (admin) => {
    await admin.createTopics({
      topics: ['orders'],
      partitions: 3,
      configs: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }],
    });
    await admin.createTopics({ topics: ['payments'], partitions: 12 });
    await seen(admin, ['orders', 'payments']);
  });
  for (const topic of ['orders', 'payments']) await append(their().kafka, topic, topic, Date.now());
  await read(their().kafka, 'payments', 'accounting', 1);
}

beforeEach(async () => {
  await resetStores(host.stack, { topics: {}, postgres: {}, redis: true });
  for (const name of ['main', 'ledger']) {
    const owner = superuser(name);
    const schemas = await sql(
      owner,
      `select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'`,
    );
    for (const { nspname } of schemas) await sql(owner, `drop schema "${String(nspname)}" cascade`);
    await sql(owner, 'create schema public authorization pg_database_owner; grant usage on schema public to public');
  }
  announced.length = 0;
});

async function restart(part: string): Promise<void> {
  const server = host.stack.parts.get(part) ?? expect.fail();
  await server.stop();
  await server.start();
}

describe("somebody else's stores", () => {
  it('that are empty are used, marked, and used again without a word', async () => {
    for (const round of [1, 2]) {
      const stack = await use();
      await append(stack.direct.kafka, 'orders', `round ${round}`, Date.now());
      await sql(main(), `insert into stock values ('round', ${round})`);
      await withRedis(redis(), (client) => client.set('shelf', '1'));
      await stack[Symbol.asyncDispose]();
    }
    const stack = await use();
    expect(await sql(main(), 'select key from stock order by 1')).toEqual([{ key: 'p-1' }, { key: 'p-2' }]);
    expect(await withRedis(redis(), (client) => client.keys('*'))).toEqual([redisMarker]);
    await append(stack.direct.kafka, 'orders', 'now', Date.now());
    expect((await read(stack.direct.kafka, 'orders', 'shop', 1)).map(({ value }) => value)).toEqual(['now']);
    await stack[Symbol.asyncDispose]();
    expect(announced).toEqual([]);
  });

  it('that are not are refused, each with what would go, and no byte of them is changed', async () => {
    await fill();
    const { database, cache, orders } = named();
    const said = await refusal();
    expect(said.split('\n')).toEqual([
      `${orders} is not empty, and no drill filled it: 1 record of the topic orders (3 partitions, kept) would be deleted. Nothing was changed`,
      `${database} is not empty, and no drill filled it: public.customers (about 1,000 rows) would be deleted; schema crm (1 object) would stay. Nothing was changed`,
      expect.stringMatching(
        / is not empty, and no drill filled it: 2 keys, among them "session:\d", "session:\d" would be deleted\. Nothing was changed$/,
      ),
      `If all of that may be deleted: --empty-these-stores ${orders} --empty-these-stores ${database} --empty-these-stores ${cache}`,
    ]);
    expect(await refusal([database])).not.toContain('public.customers');
    expect(await refusal([database, cache])).toContain('topic orders');
    expect(await refusal(['shop'])).toMatch(/^--empty-these-stores shop: unknown store; this drill has /);
  });

  it('are emptied of what the target uses where the user names each, and of nothing else', async () => {
    await fill();
    const beside = new Client({ ...main(), application_name: 'theirs' });
    await beside.connect();
    const { database, cache, orders } = named();
    const before = await withAdmin(their().kafka, (admin) =>
      admin.listConsumerGroupOffsets({ groups: ['accounting'] }),
    );
    await using stack = await use([database, cache, orders]);
    expect(announced.map((line) => line.split(':').slice(0, 2).join(':').replace(/:\d+/, ''))).toHaveLength(3);
    expect(announced.join('\n')).toContain('public.customers (about 1,000 rows) would be deleted');
    expect(await sql(main(), 'select * from crm.leads')).toEqual([{ id: 1 }]);
    expect(await sql(main(), "select to_regclass('public.customers')::text as customers")).toEqual([
      { customers: null },
    ]);
    expect((await beside.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await beside.end();
    await withAdmin(their().kafka, async (admin) => {
      const { topics } = await admin.metadata({ topics: ['orders', 'payments'], forceUpdate: true });
      expect([topics.get('orders')?.partitions.length, topics.get('payments')?.partitions.length]).toEqual([3, 12]);
      expect(await admin.listConsumerGroupOffsets({ groups: ['accounting'] })).toEqual(before);
    });
    expect((await read(their().kafka, 'payments', 'again', 1)).map(({ value }) => value)).toEqual(['payments']);
    await append(stack.direct.kafka, 'orders', 'new', Date.now());
    expect((await read(stack.direct.kafka, 'orders', 'shop', 1)).map(({ value }) => value)).toEqual(['new']);
    await stack[Symbol.asyncDispose]();
    announced.length = 0;
    await (await use())[Symbol.asyncDispose]();
    expect(announced).toEqual([]);
  });

  it("that a drill has made are somebody's again in what was put there since, and not in what the target made meanwhile", async () => {
    const drill = await use();
    await sql(main(), 'create table of_the_target as select 1 as id');
    await drill[Symbol.asyncDispose]();
    await (await use())[Symbol.asyncDispose]();
    await sql(main(), 'create table customers as select n as id from generate_series(1, 10) n; analyze customers');
    const { database } = named();
    expect(await refusal()).toContain(
      `${database} is not empty, and no drill filled it: public.customers (about 10 rows) would be deleted. Nothing was changed`,
    );
    await (await use([database]))[Symbol.asyncDispose]();
    expect(await sql(main(), "select to_regclass('customers')::text as found")).toEqual([{ found: null }]);
  });

  it('have topics that stay as they are, or the run is refused', async () => {
    await withAdmin(their().kafka, async (admin) => {
      await admin.createTopics({ topics: ['orders'], partitions: 12 });
      await admin.createTopics({
        topics: ['decisions'],
        partitions: 3,
        configs: [
          { name: 'cleanup.policy', value: 'compact' },
          { name: 'compression.type', value: 'zstd' },
          { name: 'retention.ms', value: '3000' },
        ],
      });
      await seen(admin, ['orders', 'decisions']);
    });
    const said = await refusal();
    expect(said).toContain('external.kafka: the topic orders has 12 partitions but the target needs 3');
    for (const setting of [
      'orders has message.timestamp.type=CreateTime',
      'decisions has message.timestamp.type=CreateTime',
      'decisions has cleanup.policy=compact',
      'decisions has compression.type=zstd',
      'decisions has retention.ms=3000',
    ])
      expect(said).toContain(`the topic ${setting}, which breaks a drill`);
    expect(said).toContain('kafka-configs.sh --alter --topic decisions --add-config cleanup.policy=delete');
    expect(await refusal([], { ...needs, clashing: ['orders'] })).toContain('run them one by one');
  });

  it('bear one drill at a time', async () => {
    await using first = await use();
    expect(await refusal()).toMatch(/another drill uses postgres\.main \(process \d+@\S+\)/);
    await first[Symbol.asyncDispose]();
    await (await use())[Symbol.asyncDispose]();
  });

  it('are refused while somebody reads with the group of the target', async () => {
    await (await use())[Symbol.asyncDispose]();
    const consumer = new Kafka({ brokers: [broker()], logLevel: logLevel.NOTHING }).consumer({ groupId: 'shop' });
    const { promise: joined, resolve } = Promise.withResolvers<void>();
    consumer.on('consumer.group_join', () => resolve());
    await consumer.connect();
    await consumer.subscribe({ topic: 'orders' });
    await consumer.run({ eachMessage: () => Promise.resolve() });
    await joined;
    expect(await refusal()).toMatch(/the consumer group shop has members: another pipeline uses it/);
    await consumer.disconnect();
  });

  it('whose schema is refused by the database are left as they were', async () => {
    const broken = join(host.session.folder, 'broken.sql');
    await writeFile(broken, 'create table fine (a int); create table orders (nonsense');
    await sql(main(), 'create schema crm; create table crm.leads as select 1 as id');
    const wanted = { ...needs, postgres: { ...needs.postgres, main: { schema: broken } } };
    expect(await refusal([named().database], wanted)).toMatch(
      /Postgres rejects .*broken\.sql: syntax error.*Nothing was changed$/,
    );
  });

  it.each([
    ['a view', 'create view crm.names as select name from customers'],
    ['a column', "create type mood as enum ('ok'); create table crm.moods (feels mood)"],
    [
      'a constraint',
      'alter table customers add primary key (id); create table crm.calls (to_id int references customers (id))',
    ],
  ])('in which %s of another schema hangs on what would go are left as they were', async (_, statements) => {
    await sql(main(), 'create schema crm; create table customers (id int, name text)');
    await sql(main(), statements);
    expect(await refusal([named().database])).toMatch(
      /other schemas depend on what would be dropped .* Nothing was changed$/,
    );
  });

  it('in which another client holds a lock are left as they were', async () => {
    await (await use())[Symbol.asyncDispose]();
    const holder = new Client({ ...main() });
    await holder.connect();
    await sql(main(), 'create table customers (id int)');
    await holder.query('begin; lock table stock in access share mode');
    expect(await refusal([named().database])).toMatch(
      /another client has held a lock in toofan for 10 s; stop it, then run again\. Nothing was changed$/,
    );
    await holder.end();
    // It was named once, and still belongs to somebody.
    expect(await refusal()).toContain('public.customers would be deleted');
  });

  it('say each setting and permission of Postgres that stands in the way', async () => {
    const owner = superuser();
    const role = main().user;
    await sql(
      owner,
      `alter role ${role} set default_transaction_read_only = on; alter role ${role} set search_path = pg_catalog`,
    );
    await sql(owner, 'alter schema public owner to postgres');
    const said = await refusal();
    await sql(owner, `alter role ${role} reset all`);
    expect(said).toContain('external.postgres.main: default_transaction_read_only is on');
    expect(said).toContain('external.postgres.main: the search_path of toofan points to the schema pg_catalog');
    expect(said).toContain('external.postgres.main: the schema public belongs to another role');
  });

  it('say what Redis refuses, and a wrong or missing password in its own words', async () => {
    const admin = redis();
    await withRedis(admin, (client) => client.call('ACL', 'SETUSER', 'default', '-flushdb'));
    expect(await refusal()).toMatch(
      /external\.redis: it refuses FLUSHDB or SET, which a drill needs \(NOPERM .*flushdb/,
    );
    await withRedis(admin, (client) => client.call('ACL', 'SETUSER', 'default', '+flushdb'));
    const { password: _, ...open } = redis();
    expect(await refusal([], needs, { external: { ...their(), redis: open } })).toMatch(
      /external\.redis does not answer: NOAUTH/,
    );
    expect(await refusal([], needs, { external: { ...their(), redis: { ...open, password: 'x' } } })).toMatch(
      /external\.redis does not answer: WRONGPASS/,
    );
  });

  it('take a broker by its address of version 6, in brackets', async () => {
    const [, port] = broker().split(':');
    const forwarder = createServer((from) => {
      const to = connect(Number(port), '127.0.0.1');
      from.pipe(to).pipe(from);
      for (const end of [from, to]) end.on('error', () => undefined);
    }).listen(0, '::1');
    await once(forwarder, 'listening');
    const brokers = [`[::1]:${(forwarder.address() as AddressInfo).port}`];
    await using stack = await use([], needs, { external: { ...their(), kafka: { brokers } } });
    await expect(append(stack.direct.kafka, 'orders', 'x', Date.now())).resolves.toBeUndefined();
    await stack[Symbol.asyncDispose]();
    forwarder.close();
  });
});

describe("somebody else's servers that were set in another way", () => {
  /** Adds lines to a server's own settings for one test. */
  const changed: { file: string; before: string; part: string }[] = [];
  async function setting(part: string, file: string, lines: string): Promise<void> {
    const path = join(host.session.folder, file);
    changed.push({ file: path, before: await readFile(path, 'utf8'), part });
    await appendFile(path, `\n${lines}\n`);
    await restart(part);
  }
  afterEach(async () => {
    for (const { file, before, part } of changed.splice(0)) {
      await writeFile(file, before);
      await restart(part);
    }
  });

  it('are refused by the name of each setting that a drill cannot bear', async () => {
    await setting('postgres:main', 'postgres-main/data/postgresql.conf', 'track_commit_timestamp = off');
    await setting('redis', 'redis/redis.conf', 'appendonly no\nrename-command FLUSHDB ""');
    await setting('kafka', 'kafka/server.properties', 'delete.topic.enable=false\ngroup.min.session.timeout.ms=6000');
    const said = await refusal();
    expect(said).toContain('external.postgres.main: track_commit_timestamp is off');
    expect(said).toContain('ALTER SYSTEM SET track_commit_timestamp = on');
    expect(said).toMatch(
      /external\.redis: it refuses FLUSHDB or SET, which a drill needs \(ERR unknown command.*flushdb/i,
    );
    expect(said).toContain('external.kafka: delete.topic.enable is false');
    expect(said).toContain(
      "external.kafka: group.min.session.timeout.ms is 6000, but the target's consumers ask for 3000",
    );
    expect(said).not.toContain('ledger');
  });

  it('are refused where a broker sends its clients to another machine, and so is the generator', async () => {
    await (await use())[Symbol.asyncDispose]();
    await setting('kafka', 'kafka/server.properties', 'advertised.listeners=PLAINTEXT://10.255.255.1:9');
    const says = {
      exitCode: 65,
      message: expect.stringMatching(/sends clients to another address: 10\.255\.255\.1 is not this machine/) as string,
    };
    await expect(use()).rejects.toMatchObject(says);
    await expect(connectKafka(their().kafka, ['orders'], () => undefined)).rejects.toMatchObject(says);
  });

  it('are used where the topics can pin what matters, whatever the broker would do by itself', async () => {
    const defaults =
      'log.cleanup.policy=compact\nlog.retention.ms=1000\nlog.retention.bytes=1000\ncompression.type=zstd\nmessage.max.bytes=10000\nmin.insync.replicas=2';
    await setting('kafka', 'kafka/server.properties', defaults);
    const stack = await use();
    await append(stack.direct.kafka, 'orders', 'x'.repeat(100_000), Date.now());
    expect((await read(stack.direct.kafka, 'orders', 'reader', 1)).map(({ value }) => value.length)).toEqual([100_000]);
    await stack[Symbol.asyncDispose]();
    await (await use())[Symbol.asyncDispose]();
  });
});
