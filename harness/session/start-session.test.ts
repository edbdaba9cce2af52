import { once } from 'node:events';
import { existsSync, statSync, watch } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { living, ownProcesses } from './own-processes.ts';
import { startSession } from './start-session.ts';

/** Starts a shell in the session that prints what `script` prints; resolves to its first line. */
async function firstLine(
  session: Awaited<ReturnType<typeof startSession>>,
  script: string,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const child = session.spawn('sh', ['-c', script], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  if (child.stdout === null) throw new Error('no pipe');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return line;
}

it('ends children, grandchildren and those that left the group, and takes its folder along', async () => {
  const session = await startSession();
  const line = await firstLine(session, 'sleep 300 & setsid sleep 300 & env -i sleep 300 & echo $$; wait');
  const own = await ownProcesses(session.id, session.folder, []);
  expect(own).toContain(Number(line));
  expect(own).toHaveLength(4);
  await session[Symbol.asyncDispose]();
  expect(await living(own)).toEqual([]);
  expect(existsSync(session.folder)).toBe(false);
});

it('gives its processes PATH, HOME, locale, a folder for temporary files and its mark, and nothing else of ours', async () => {
  await using session = await startSession();
  process.env.TOOFAN_TEST_SECRET = 'x';
  const line = await firstLine(session, "env | cut -d= -f1 | sort | tr '\\n' ' '; echo; sleep 300", { EXTRA: '1' });
  delete process.env.TOOFAN_TEST_SECRET;
  const names = line
    .trim()
    .split(' ')
    .filter((name) => !/^(LANG|LC_\w+|TZ|NODE_COMPILE_CACHE|PWD|SHLVL|_|OLDPWD)$/.test(name));
  expect(names).toEqual(['EXTRA', 'HOME', 'PATH', 'TMPDIR', 'TOOFAN_SESSION']);
});

it('may be traversed by other users and read by none', async () => {
  await using session = await startSession();
  expect((statSync(session.folder).mode & 0o777).toString(8)).toBe('711');
  expect((statSync(`${session.folder}/tmp`).mode & 0o7777).toString(8)).toBe('1777');
});

it('starts nothing once it is over', async () => {
  const session = await startSession();
  await session[Symbol.asyncDispose]();
  expect(() => session.spawn('true', [])).toThrow(/is over/);
  await session[Symbol.asyncDispose]();
});

it.skipIf(process.platform !== 'linux')(
  'leaves a stranger alone whose pid was once that of a process of its own',
  async () => {
    const stat = await readFile(`/proc/${process.ppid}/stat`, 'utf8');
    const startedAt = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
    const group = { leader: process.ppid, startedAt: startedAt - 1 };
    expect(await ownProcesses('000000000000', '/nonexistent', [group])).toEqual([]);
  },
);

describe('a lease', () => {
  it('is taken back by its end, once', async () => {
    await using session = await startSession();
    const log = join(session.folder, 'log');
    const lease = session.lease([['sh', '-c', 'echo undone >> "$1"', 'sh', log]], 60_000);
    await lease.end();
    await lease.end();
    expect(await readFile(log, 'utf8')).toBe('undone\n');
  });

  it('is taken back at the end of the session, the youngest first', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'toofan-lease-'));
    const log = join(folder, 'log');
    {
      await using session = await startSession();
      for (const name of ['a', 'b']) session.lease([['sh', '-c', `echo ${name} >> "$1"`, 'sh', log]], 60_000);
    }
    // Once before the processes end, once after: what could not be undone while they ran can be then.
    expect(await readFile(log, 'utf8')).toBe('b\na\nb\na\n');
    await rm(folder, { recursive: true });
  });

  it('is taken back by the janitor when its time is over, though the harness does nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'toofan-lease-'));
    {
      await using session = await startSession();
      const appeared = once(watch(folder), 'change', { signal: AbortSignal.timeout(10_000) });
      session.lease([['touch', join(folder, 'healed')]], 50);
      await appeared;
      expect(await readdir(folder)).toEqual(['healed']);
    }
    await rm(folder, { recursive: true });
  });

  it('that cannot be taken back says why, and stays', async () => {
    await using session = await startSession();
    const gate = join(session.folder, 'gate');
    const lease = session.lease([['cat', gate]], 60_000);
    await expect(lease.end()).rejects.toThrow(/gate/);
    await writeFile(gate, '');
    await lease.end();
  });
});
