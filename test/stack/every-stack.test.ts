import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ToofanConfig } from '../../harness/config.ts';
import { startSession } from '../../harness/session/start-session.ts';
import type { Session } from '../../harness/session/session.ts';
import type { PostgresAddress, RedisAddress, Stack, StackKind, StackPart } from '../../harness/stack/stack.ts';
import { startStack } from '../../harness/stack/start-stack.ts';
import { redisMarker } from '../../harness/stack/external/redis.ts';
import { append, read, recordCount, sql, withAdmin, withRedis } from './clients.ts';
import { containerConfig, needs } from './needs.ts';

const containers = await containerConfig();
const memberScript = fileURLToPath(new URL('./group-member.ts', import.meta.url));
/** Long for a reset of a second or two, short for one that waits for a timeout. */
const resetWithinMs = 5_000;
const kinds: StackKind[] = ['local', 'containers', 'external'];

for (const kind of kinds) {
  describe.skipIf(kind === 'containers' && containers === undefined)(`${kind} stack`, () => {
    let session: Session;
    let stack: Stack;
    beforeAll(async () => {
      session = await startSession();
      stack = await startStack(
        kind,
        { ...needs, brief: true },
        {
          session,
          config: await configFor(kind, session),
          progress: () => undefined,
        },
      );
    });
    afterAll(async () => {
      await stack?.[Symbol.asyncDispose]();
      await session?.[Symbol.asyncDispose]();
    });

    it('tells the versions of its servers', () => {
      expect(stack.kind).toBe(kind);
      expect(Object.keys(stack.versions).toSorted()).toEqual(['kafka', 'postgres:ledger', 'postgres:main', 'redis']);
      expect(stack.versions.kafka).toMatch(kind === 'external' ? /^unknown$/ : /^4\.1\./);
      expect(stack.versions['postgres:main']).toMatch(/^1[5-9]/);
      expect(stack.versions.redis).toMatch(/^[6-8]\./);
    });

    it.skipIf(kind !== 'external')('is for one drill at a time', async () => {
      const config = { external: stack.forTarget };
      const second = startStack('external', needs, { session, config, progress: () => undefined });
      await expect(second).rejects.toThrow(/^--stack external: another drill uses postgres\.main/);
    });

    it('stamps input and decisions itself, and leaves internal topics to the producer', async () => {
      const long = Date.UTC(2001, 0, 1);
      const before = Date.now();
      for (const topic of ['orders', 'decisions', 'dead-letters'])
        await append(stack.forTarget.kafka, topic, topic, long);
      const after = Date.now();
      for (const topic of ['orders', 'decisions']) {
        const [record] = await read(stack.direct.kafka, topic, `stamps-${topic}`, 1);
        expect(record?.value).toBe(topic);
        expect(record?.timestampMs).toBeGreaterThanOrEqual(before - 1);
        expect(record?.timestampMs).toBeLessThanOrEqual(after + 1);
      }
      const [record] = await read(stack.direct.kafka, 'dead-letters', 'stamps-dead-letters', 1);
      expect(record?.timestampMs).toBe(long);
      expect(stack.stampedBy).toBe('broker');
    });

    it('refuses a topic that was never made', async () => {
      await expect(append(stack.forTarget.kafka, 'oders', 'x', 0)).rejects.toThrow(/oders|failed/);
      expect(await withAdmin(stack.direct.kafka, (admin) => admin.listTopics())).not.toContain('oders');
    });

    it('keeps the time of each commit', async () => {
      await sql(postgres(stack.forTarget), "insert into stock values ('p-3', 1)");
      const [row] = await sql(
        postgres(stack.direct),
        "select abs(extract(epoch from clock_timestamp() - pg_xact_commit_timestamp(xmin))) < 60 as recent from stock where key = 'p-3'",
      );
      expect(row).toEqual({ recent: true });
    });

    it.skipIf(kind === 'external')(
      'keeps connections for the harness when the target has taken all of its own',
      async () => {
        const taken: Client[] = [];
        try {
          for (let connection = 0; connection < 12; connection++) {
            const client = new Client(postgres(stack.forTarget));
            await client.connect();
            taken.push(client);
          }
          await expect(sql(postgres(stack.forTarget), 'select 1')).rejects.toThrow(/slots are reserved for/);
          expect(await sql(postgres(stack.direct), 'select 1 as one')).toEqual([{ one: 1 }]);
        } finally {
          await Promise.all(taken.map((client) => client.end()));
        }
      },
    );

    it('lets nobody into Redis without the password', async () => {
      const address = redis(stack.forTarget);
      const stranger = connect(address.port, address.host);
      stranger.write('GET x\r\n');
      const [answer] = (await once(stranger, 'data')) as [Buffer];
      stranger.destroy();
      expect(answer.toString()).toMatch(/^-NOAUTH/);
      expect(await withRedis(address, (client) => client.set('x', '1'))).toBe('OK');
    });

    it('is empty after a reset, members of a killed process in its groups included', async () => {
      const { kafka } = stack.direct;
      for (const topic of ['orders', 'decisions']) await append(kafka, topic, 'old', Date.now());
      await read(kafka, 'decisions', 'old-group', 1);
      await sql(
        postgres(stack.forTarget),
        "create schema mine; create table mine.t (a int); delete from stock where key = 'p-1'",
      );
      await withRedis(redis(stack.forTarget), (client) => client.set('shelf', '1'));
      const member = session.spawn(process.execPath, [memberScript, ...kafka.brokers], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      if (member.stdout === null) throw new Error('no pipe');
      await once(member.stdout, 'data');
      member.kill('SIGKILL');
      await once(member, 'exit');
      expect([...(await withAdmin(kafka, (admin) => admin.listGroups())).keys()]).toContain('killed-member');

      const start = performance.now();
      await stack.reset({ ...needs, groups: [{ id: 'old-group' }, { id: 'killed-member' }] });
      expect(performance.now() - start).toBeLessThan(resetWithinMs);

      const topics = (await withAdmin(kafka, (admin) => admin.listTopics())).toSorted();
      expect(topics.filter((name) => !name.startsWith('toofan-filled-'))).toEqual([
        'dead-letters',
        'decisions',
        'orders',
      ]);
      const groups = [...(await withAdmin(kafka, (admin) => admin.listGroups())).keys()];
      expect(groups.filter((group) => ['old-group', 'killed-member'].includes(group))).toEqual([]);
      expect(await recordCount(kafka, 'orders', 3)).toBe(0);
      expect(await sql(postgres(stack.direct), 'select * from stock order by key')).toEqual([
        { key: 'p-1', available: 100 },
        { key: 'p-2', available: 50 },
      ]);
      // Everything that is not the target's stays on an external server; test/stack/theirs.test.ts covers the rest.
      const mine = kind === 'external' ? [{ nspname: 'mine' }] : [];
      expect(await sql(postgres(stack.direct), "select nspname from pg_namespace where nspname = 'mine'")).toEqual(
        mine,
      );
      const keys = await withRedis(redis(stack.direct), (client) => client.keys('*'));
      expect(keys).toEqual(kind === 'external' ? [redisMarker] : []);
    });

    it.skipIf(kind === 'external')('makes what other needs ask for, and serves it at once', async () => {
      const fewer = { ...needs, topics: { orders: { partitions: 1, role: 'input' } } } as const;
      await stack.reset(fewer);
      await append(stack.forTarget.kafka, 'orders', 'new', Date.now());
      expect(await recordCount(stack.direct.kafka, 'orders', 1)).toBe(1);
      await stack.reset(needs);
      expect(await recordCount(stack.direct.kafka, 'orders', 3)).toBe(0);
    });

    describe.skipIf(kind === 'external')('a part', () => {
      for (const how of ['kill', 'stop'] as const) {
        it(`starts again after a ${how}, on the same port with the same data`, async () => {
          await stack.reset(needs);
          await append(stack.direct.kafka, 'orders', 'kept', Date.now());
          await sql(postgres(stack.forTarget), "update stock set available = 7 where key = 'p-1'");
          await withRedis(redis(stack.forTarget), (client) => client.set('kept', 'yes'));
          await Promise.all([...stack.parts.values()].map((one) => one[how]()));
          await expect(sql(postgres(stack.direct), 'select 1')).rejects.toThrow(/ECONNREFUSED/);
          await Promise.all([...stack.parts.values()].map((one) => one.start()));
          expect(await recordCount(stack.direct.kafka, 'orders', 3)).toBe(1);
          expect(await sql(postgres(stack.direct), "select available from stock where key = 'p-1'")).toEqual([
            { available: 7 },
          ]);
          expect(await withRedis(redis(stack.direct), (client) => client.get('kept'))).toBe('yes');
        });
      }

      it('does not answer while it is frozen, and does afterwards', async () => {
        const asks: Record<string, () => Promise<unknown>> = {
          kafka: () => withAdmin(stack.direct.kafka, (admin) => admin.listTopics()),
          'postgres:main': () => sql(postgres(stack.direct), 'select 1'),
          redis: () => withRedis(redis(stack.direct), (client) => client.ping()),
        };
        const open = new Client(postgres(stack.direct));
        await open.connect();
        try {
          for (const [name, ask] of Object.entries(asks)) {
            await part(stack, name).freeze();
            // An existing connection must be frozen too: Postgres serves it from a separate process.
            const asked = name === 'postgres:main' ? open.query('select 1') : ask();
            expect(await Promise.race([asked.then(() => 'answered'), delay(700, 'silent')])).toBe('silent');
            await part(stack, name).thaw();
            await asked;
            await ask();
          }
        } finally {
          await open.end();
        }
      });

      it('is ended by a kill and by a stop even when it is frozen', async () => {
        for (const how of ['kill', 'stop'] as const) {
          await part(stack, 'postgres:ledger').freeze();
          await part(stack, 'postgres:ledger')[how]();
          await part(stack, 'postgres:ledger').start();
        }
        expect(await sql(postgres(stack.direct, 'ledger'), 'select 1 as one')).toEqual([{ one: 1 }]);
      });

      it('keeps its log', async () => {
        expect(await part(stack, 'kafka').logs()).toMatch(/\] INFO /);
        expect(await part(stack, 'postgres:main').logs()).toMatch(/ready to accept connections/);
        expect(await part(stack, 'redis').logs()).toMatch(/Ready to accept connections/);
      });
    });
  });
}

/** For `external`, a local stack plays the external servers. */
async function configFor(kind: StackKind, session: Session): Promise<ToofanConfig> {
  if (kind === 'containers') return containers ?? {};
  if (kind === 'local') return {};
  const theirs = await startStack('local', needs, { session, config: {}, progress: () => undefined });
  return { external: { ...theirs.forTarget } };
}

function postgres(at: Stack['direct'], name = 'main'): PostgresAddress {
  const address = at.postgres[name];
  if (address === undefined) throw new Error(`no Postgres ${name}`);
  return address;
}

function redis(at: Stack['direct']): RedisAddress {
  if (at.redis === undefined) throw new Error('no Redis');
  return at.redis;
}

function part(stack: Stack, name: string): StackPart {
  const found = stack.parts.get(name);
  if (found === undefined) throw new Error(`no part ${name}`);
  return found;
}
