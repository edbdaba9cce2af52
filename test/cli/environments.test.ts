import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lackingForVolume } from '../../harness/stack/tools/log-volume.ts';
import { nightly } from '../nightly.ts';
import { olderNode } from '../older-node.ts';
import { emptyFolder } from '../toofan.ts';

const repository = resolve(import.meta.dirname, '../..');
const cli = join(repository, 'harness/cli.ts');
const isRoot = process.getuid?.() === 0;
/** A uid without a passwd entry. */
const nameless = 54_321;

interface Place {
  readonly cwd: string;
  /** Changes to the environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly uid?: number;
}

/** `toofan` in such an environment: its exit code and output. */
async function toofanIn({ cwd, env, uid }: Place, args: readonly string[], program = cli, node = process.execPath) {
  const child = spawn(node, [program, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid !== undefined && { uid, gid: uid }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

const drill = ['run', 'smoke', '--stack', 'local', '--quiet', '--out', 'out'];

async function expectRefusal(place: Place, args: readonly string[], code: number, says: RegExp): Promise<void> {
  const refused = await toofanIn(place, args);
  expect(refused.stderr).toMatch(says);
  expect(refused.stderr).not.toMatch(/our own bug|\n\s+at /);
  expect(refused.code).toBe(code);
}

describe('a temporary folder', () => {
  it.each([drill, ['doctor']])('that is not there is named, by %s', async (...args) => {
    await using folder = await emptyFolder();
    const place = { cwd: folder.path, env: { TMPDIR: join(folder.path, 'gone') } };
    await expectRefusal(
      place,
      args.flat(),
      69,
      /^toofan: the folder for temporary files, .*gone, does not exist: set TMPDIR/,
    );
  });

  it('in which nothing can be made is named, and nobody tries for ever', async () => {
    await using folder = await emptyFolder();
    await expectRefusal(
      { cwd: folder.path, env: { TMPDIR: '/proc' } },
      drill,
      69,
      /\/proc, .*: set TMPDIR to a writable folder/,
    );
  });

  it.skipIf(!isRoot)('that the user of Postgres may not enter is named', async () => {
    await using folder = await emptyFolder();
    const closed = join(folder.path, 'closed');
    await mkdir(closed, { mode: 0o700 });
    await chmod(folder.path, 0o755);
    const says =
      /Postgres does not run as root; uid \d+.* may not enter .*closed: set TMPDIR .* or chmod o\+x .*closed/;
    await expectRefusal({ cwd: folder.path, env: { TMPDIR: closed } }, drill, 69, says);
  });

  it.skipIf(lackingForVolume() !== null)('from which nothing may be run is named', async () => {
    await using folder = await emptyFolder();
    await chmod(folder.path, 0o755);
    const mounted = join(folder.path, 'noexec');
    await mkdir(mounted);
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'noexec,size=4g', 'tmpfs', mounted]);
    try {
      const says = /programs may not run from .*noexec \(mounted noexec\?\).*: set TMPDIR/;
      await expectRefusal({ cwd: folder.path, env: { TMPDIR: mounted } }, drill, 69, says);
    } finally {
      spawnSync('umount', [mounted]);
    }
  });

  it('with a comma in its path is none for Kafka, and that is said', async () => {
    await using folder = await emptyFolder();
    await chmod(folder.path, 0o755);
    const listed = join(folder.path, 'a,b');
    await mkdir(listed, { mode: 0o755 });
    const says = /Kafka cannot keep its log in .*a,b.* because of its ',': set TMPDIR/;
    await expectRefusal({ cwd: folder.path, env: { TMPDIR: listed } }, drill, 69, says);
  });
});

describe('a cache', () => {
  it('in which nothing can be made is named', async () => {
    await using folder = await emptyFolder();
    const place = { cwd: folder.path, env: { XDG_CACHE_HOME: '/proc/x' } };
    await expectRefusal(
      place,
      drill,
      69,
      /cannot create the cache folder \/proc\/x\/toofan \(ENOENT\): set XDG_CACHE_HOME/,
    );
  });

  it('whose path Java cannot take is named', async () => {
    await using folder = await emptyFolder();
    const jars = join(folder.path, 'a:b', 'toofan');
    await mkdir(jars, { recursive: true });
    const { jarFolder } = await import('../../harness/stack/tools/kafka-jars.ts');
    await mkdir(join(jars, (await jarFolder()).split('/').at(-1) ?? ''));
    const place = { cwd: folder.path, env: { XDG_CACHE_HOME: join(folder.path, 'a:b') } };
    await expectRefusal(place, drill, 69, /Java's class path cannot contain .*a:b.*: set XDG_CACHE_HOME/);
  });
});

describe.skipIf(!isRoot)('a user that is in no list', () => {
  it('is told that Postgres takes one that is', async () => {
    await using folder = await emptyFolder();
    await chmod(folder.path, 0o777);
    const place = { cwd: folder.path, uid: nameless, env: { HOME: folder.path, TMPDIR: folder.path } };
    await expectRefusal(place, drill, 69, /uid 54321 is not in \/etc\/passwd: run as a user that is/);
  });

  it.each([['list'], ['doctor']])('and has no home gets an answer from %s', async (command) => {
    await using folder = await emptyFolder();
    await chmod(folder.path, 0o777);
    const env = { HOME: undefined, XDG_CACHE_HOME: undefined, TMPDIR: folder.path };
    const { code, stderr } = await toofanIn({ cwd: folder.path, uid: nameless, env }, [command]);
    expect([code === 0 || code === 69, stderr]).toEqual([true, '']);
  });
});

it('a working folder that is gone is said', async () => {
  await using folder = await emptyFolder();
  const shell = `mkdir gone && cd gone && rmdir ../gone && exec "$0" "$1" list`;
  const { status, stderr } = spawnSync('sh', ['-c', shell, process.execPath, cli], {
    cwd: folder.path,
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([
    64,
    'toofan: the current folder no longer exists; run toofan from one that does\n',
  ]);
});

const lister = join(repository, 'harness/toofan.js');

it.skipIf(olderNode === undefined)('an older Node starts the one that comes with the packages', async () => {
  const { code, stdout, stderr } = await toofanIn({ cwd: repository }, ['list'], lister, olderNode);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('inventory/streaming');
  expect(await toofanIn({ cwd: repository }, ['list', '--colour'], lister, olderNode)).toMatchObject({ code: 64 });
});

it.skipIf(olderNode === undefined)(
  'an older Node without those packages says in one line what is missing',
  async () => {
    await using folder = await emptyFolder();
    await cp(lister, join(folder.path, 'toofan.js'));
    await writeFile(join(folder.path, 'package.json'), '{"type":"module"}');
    const { code, stderr } = await toofanIn({ cwd: folder.path }, ['list'], join(folder.path, 'toofan.js'), olderNode);
    expect(stderr).toMatch(/^toofan: this is Node \d+\.\d+\.\d+, and Node 24 is needed\. .*npm rebuild.*\n$/);
    expect(code).toBe(69);
  },
);

/** Every path contains blanks and non-ASCII letters, the locale knows none of them, and no file is readable for others. */
it.skipIf(!nightly)('a drill runs where paths are hard, descriptors are few and the umask is narrow', async () => {
  await using folder = await emptyFolder();
  await chmod(folder.path, 0o755);
  const [checkout, temporary] = [join(folder.path, 'ünser Ordner'), join(folder.path, 'tmp é y')];
  await mkdir(temporary, { mode: 0o755 });
  await mkdir(checkout, { mode: 0o700 });
  for (const name of await readdir(repository))
    if (!['.git', 'node_modules', 'results'].includes(name))
      await cp(join(repository, name), join(checkout, name), { recursive: true });
  await symlink(await realpath(join(repository, 'node_modules')), join(checkout, 'node_modules'));
  const small = ['--load-scale', '0.15', '--set', 'load[2].hold=3s', '--set', 'load[0].for=1s'];
  const shell = 'umask 077; ulimit -n 256; exec "$0" "$@"';
  const { status, stdout } = spawnSync('sh', ['-c', shell, process.execPath, 'harness/cli.ts', ...drill, ...small], {
    cwd: checkout,
    env: { ...process.env, TMPDIR: temporary, LC_ALL: 'C' },
    encoding: 'utf8',
  });
  expect(stdout).toMatch(/✓ no-oversell +0/);
  expect([0, 12]).toContain(status);
  expect(await readdir(temporary)).toEqual([]);
  await rm(checkout, { recursive: true });
});
