import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { lockOfDrill, lockStores } from '../../harness/stack/external/lock-stores.ts';
import { resetStores } from '../../harness/stack/reset/reset.ts';
import { sharedStack } from '../shared-stack.ts';
import { sql, withAdmin } from './clients.ts';
import { needs } from './needs.ts';

const shared = sharedStack(needs);
const refusal = (store: string) => ({
  exitCode: 69,
  message: expect.stringMatching(
    new RegExp(`^--stack external: another drill uses ${store} \\(process ${process.pid}@\\S+\\)`),
  ) as string,
});

const waits = { timeout: 20_000, interval: 50 };

async function restarted(name: string): Promise<void> {
  const part = shared.stack.parts.get(name);
  await part?.kill();
  await part?.start();
}

describe('the lock of a drill', () => {
  it('keeps a second one away from any store that both have, until the first has ended', async () => {
    const { kafka, postgres, redis } = shared.stack.direct;
    if (redis === undefined) throw new Error('no Redis');
    const first = await lockStores({ kafka, postgres, redis });
    await expect(lockStores({ kafka, postgres, redis })).rejects.toMatchObject(refusal('postgres\\.main'));
    await expect(lockStores({ kafka, postgres: {}, redis })).rejects.toMatchObject(refusal('redis'));
    await expect(lockStores({ kafka, postgres: {} })).rejects.toMatchObject(refusal('kafka'));
    await first[Symbol.asyncDispose]();
    const second = await lockStores({ kafka, postgres, redis });
    await second[Symbol.asyncDispose]();
  });

  it('outlives the reset that comes after it, and leaves nothing in the stores', async () => {
    const { direct, forTarget } = shared.stack;
    const held = await lockStores(direct);
    await resetStores({ direct, forTarget }, needs);
    await expect(lockStores(direct)).rejects.toMatchObject(refusal('postgres\\.main'));
    await held[Symbol.asyncDispose]();
    const [main] = Object.values(direct.postgres);
    if (main === undefined) throw new Error('no Postgres');
    expect(await sql(main, "select pid from pg_locks where locktype = 'advisory'")).toEqual([]);
    const groups = await withAdmin(direct.kafka, (admin) => admin.listGroups());
    expect([...groups.values()].filter(({ state }) => state !== 'EMPTY' && state !== 'DEAD')).toEqual([]);
  });

  it('goes with a process that is killed, within seconds', async () => {
    const { direct } = shared.stack;
    const script = fileURLToPath(new URL('./lock-holder.ts', import.meta.url));
    const holder = spawn(process.execPath, [script, JSON.stringify(direct)], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    await expect(lockStores(direct)).rejects.toThrow(
      new RegExp(`another drill uses postgres\\.main \\(process ${holder.pid}@`),
    );
    holder.kill('SIGKILL');
    await once(holder, 'close');
    const next = await lockStores(direct);
    await next[Symbol.asyncDispose]();
  });

  it.each([
    ['postgres:main', 'postgres.main'],
    ['redis', 'redis'],
  ])('on %s is taken again where that was restarted, and says so', async (part, store) => {
    const { direct } = shared.stack;
    const { kafka, postgres, redis = expect.fail() } = direct;
    await using held = await lockStores(direct);
    await restarted(part);
    await vi.waitFor(() => expect(held.losses.all()).toEqual([{ store, outcome: 'taken-again' }]), waits);
    const own = part === 'redis' ? { postgres: {}, redis } : { postgres };
    await expect(lockStores({ kafka, ...own })).rejects.toMatchObject(refusal(store.replace('.', '\\.')));
    held.losses.requireNone();
    expect(held.losses.all()).toEqual([]);
  });

  it('on a broker outlives that it was restarted', async () => {
    const { kafka } = shared.stack.direct;
    await using held = await lockStores({ kafka, postgres: {} });
    await restarted('kafka');
    await expect(lockStores({ kafka, postgres: {} })).rejects.toMatchObject(refusal('kafka'));
    // Whether the broker removed it meanwhile depends on how long it was away.
    expect(held.losses.all().filter(({ outcome }) => outcome !== 'taken-again')).toEqual([]);
  });

  it('that another drill took meanwhile is told apart, and nothing is emptied any more', async () => {
    const { direct } = shared.stack;
    const [main] = Object.values(direct.postgres);
    if (main === undefined) throw new Error('no Postgres');
    await using held = await lockStores(direct);
    // A waiting drill gets the lock before anybody else can ask for it.
    const client = new Client({ ...main });
    await client.connect();
    const waiting = client.query('select pg_advisory_lock($1, $2)', [lockOfDrill.classid, lockOfDrill.objid]);
    const [holds] = await sql(main, "select pid from pg_locks where locktype = 'advisory' and granted");
    await sql(main, `select pg_terminate_backend(${String(holds?.['pid'])})`);
    await waiting;
    await vi.waitFor(
      () => expect(held.losses.all()).toEqual([{ store: 'postgres.main', outcome: 'taken-by-another' }]),
      waits,
    );
    expect(() => held.losses.requireNone()).toThrow(
      /the lock on postgres\.main was lost, and another drill may use it/,
    );
    await client.end();
  });
});
