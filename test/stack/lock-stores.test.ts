import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lockStores } from '../../harness/stack/external/lock-stores.ts';
import { resetStores } from '../../harness/stack/reset/reset.ts';
import { sharedStack } from '../shared-stack.ts';
import { sql, withAdmin } from './clients.ts';
import { needs } from './needs.ts';

const shared = sharedStack(needs);
const refusal = (store: string) => ({
  exitCode: 69,
  message: expect.stringMatching(
    new RegExp(`^--stack external: another drill works on ${store} \\(process ${process.pid}@\\S+\\)`),
  ) as string,
});

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
      new RegExp(`another drill works on postgres\\.main \\(process ${holder.pid}@`),
    );
    holder.kill('SIGKILL');
    await once(holder, 'close');
    const next = await lockStores(direct);
    await next[Symbol.asyncDispose]();
  });
});
