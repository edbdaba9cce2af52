import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, watch } from 'node:fs';
import { chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { clean } from './clean.ts';
import { ownProcesses } from './own-processes.ts';
import { living } from './process-rows.ts';
import { startSession } from './start-session.ts';
import { lookUntil, NotYet } from '../eventually.ts';

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

it('is closed to other users, whatever the umask is', async () => {
  const before = process.umask(0o000);
  try {
    await using session = await startSession();
    expect((statSync(session.folder).mode & 0o777).toString(8)).toBe('700');
    expect((statSync(`${session.folder}/tmp`).mode & 0o7777).toString(8)).toBe('1777');
  } finally {
    process.umask(before);
  }
});

it('starts nothing once it is over', async () => {
  const session = await startSession();
  await session[Symbol.asyncDispose]();
  expect(() => session.spawn('true', [])).toThrow(/has ended/);
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
    // Once before the processes end, once after: undo commands that fail while they run can succeed then.
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

const module = new URL('start-session.ts', import.meta.url).href;

const nobody = 65_534;

const said = async (stream: Readable): Promise<string> => {
  const [line] = await once(createInterface({ input: stream }), 'line', { signal: AbortSignal.timeout(10_000) });
  return String(line);
};

/** A separate harness that has a session with one process in it, and its janitor's pid. */
async function otherHarness() {
  const script = `
    const { startSession } = await import(${JSON.stringify(module)});
    const session = await startSession();
    const child = session.spawn('sleep', ['300'], { stdio: 'ignore' });
    console.log(JSON.stringify({ folder: session.folder, child: child.pid }));
    setInterval(() => {}, 1000);`;
  const harness = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const { folder, child } = JSON.parse(await said(harness.stdout)) as { folder: string; child: number };
  const janitor = () => {
    const children = readFileSync(`/proc/${harness.pid}/task/${harness.pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean);
    return Number(children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('janitor.ts')));
  };
  return { harness, folder, child, janitor, warned: () => said(harness.stderr) };
}

const until = async (holds: () => Promise<boolean>): Promise<boolean> =>
  (await lookUntil(async () => (await holds()) || new NotYet('not true'), { withinMs: 10_000, everyMs: 20 })) === true;

describe.skipIf(process.platform !== 'linux')('what a killed harness leaves', () => {
  it('is taken away by the janitor that replaced one which was killed, and the replacement is said', async () => {
    const { harness, folder, child, janitor, warned } = await otherHarness();
    const first = janitor();
    const line = warned();
    process.kill(first, 'SIGKILL');
    expect(await line).toMatch(/^toofan: the janitor of this run.* was killed from outside; a new one has taken over/);
    expect([first, NaN]).not.toContain(janitor());
    harness.kill('SIGKILL');
    expect(await until(async () => !existsSync(folder) && (await living([child])).length === 0)).toBe(true);
  });

  it('is swept by the next start where its janitor was killed too', async () => {
    const { harness, folder, child, janitor } = await otherHarness();
    harness.kill('SIGSTOP');
    process.kill(janitor(), 'SIGKILL');
    const ended = once(harness, 'exit');
    {
      // It is stopped, and alive.
      await using _ = await startSession();
      expect([existsSync(folder), await living([child])]).toEqual([true, [child]]);
    }
    harness.kill('SIGKILL');
    await ended;
    expect(await living([child])).toEqual([child]);
    await using _ = await startSession();
    expect([existsSync(folder), await living([child])]).toEqual([false, []]);
  });

  it('is left alone where nothing shows that its harness is dead', async () => {
    await using mine = await startSession();
    const unknown = join(tmpdir(), `toofan-${'e'.repeat(12)}`);
    await mkdir(unknown);
    await writeFile(join(unknown, 'journal'), '');
    await using _ = await startSession();
    expect([existsSync(mine.folder), existsSync(unknown)]).toEqual([true, true]);
    await rm(unknown, { recursive: true });
  });

  it.skipIf(process.getuid?.() !== 0)('is left alone where it is another user’s', async () => {
    const foreign = join(tmpdir(), `toofan-${'f'.repeat(12)}`);
    await mkdir(foreign);
    await deadSocket(foreign);
    await chown(foreign, nobody, nobody);
    await using _ = await startSession();
    expect(existsSync(foreign)).toBe(true);
    await rm(foreign, { recursive: true });
  });

  it('is left alone where another machine has made it, on a disk that both share', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'toofan-judge-'));
    await deadSocket(elsewhere, 'elsewhere');
    await using _ = await startSession();
    expect(existsSync(elsewhere)).toBe(true);
    await rm(elsewhere, { recursive: true });
  });

  it('of a judge goes too', async () => {
    const spill = await mkdtemp(join(tmpdir(), 'toofan-judge-'));
    await deadSocket(spill);
    await using _ = await startSession();
    expect(existsSync(spill)).toBe(false);
  });
});

/** What a killed process leaves as its liveness on the machine with that name. */
async function deadSocket(folder: string, machine = hostname()): Promise<void> {
  await writeFile(join(folder, 'machine'), `${machine}\nsome start of it`);
  const script = `require('net').createServer().listen(${JSON.stringify(join(folder, 'alive'))}, () => process.kill(process.pid, 'SIGKILL'))`;
  await once(spawn(process.execPath, ['-e', script]), 'exit');
}

it.skipIf(process.getuid?.() !== 0)('removes no folder that another has made under its name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'toofan-not-ours-'));
  await chown(folder, nobody, nobody);
  await clean({ id: '000000000000', folder, groups: [], engines: [], undo: [] }, 0);
  expect(existsSync(folder)).toBe(true);
  await rm(folder, { recursive: true });
});

it('names TMPDIR where it is not there', async () => {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = '/nonexistent/folder';
  try {
    await expect(startSession()).rejects.toThrow(
      'the folder for temporary files, /nonexistent/folder, does not exist: set TMPDIR to a writable folder',
    );
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
});
