import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, stat, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { badInput, unavailable, usageError } from '../errors.ts';
import { reasonOf } from '../failure.ts';
import type { Session } from '../session/session.ts';

const run = promisify(execFile);
const gitWithinMs = 60_000;
/** Longer than any gate: the checkout is taken away at its end, or by the janitor. */
const heldAtMostMs = 24 * 3_600_000;

/** Harmless a second time: what is no longer there is removed. */
const removeCheckout = 'git -C "$0" worktree remove --force "$1" 2>/dev/null || ! test -e "$1"';

/** A checkout that is drilled. */
export interface Side {
  readonly folder: string;
  /** What it is called: the ref, or the folder. */
  readonly name: string;
  /** The git commit, where it has one. */
  readonly commit: string | undefined;
}

/**
 * The base of a gate: a folder as it is, or a git ref checked out beside the session's folder, with the dependencies of `head`
 * where both lock the same and its own otherwise. The ends of `held` and of the session take it away. Refuses (64, 65) what is neither, and an empty folder.
 */
export async function baseSide(
  base: string,
  head: string,
  session: Session,
  held: AsyncDisposableStack,
  signal: AbortSignal,
  onNote: (line: string) => void,
): Promise<Side> {
  const folder = resolve(head, base);
  if (base !== '' && (await stat(folder).catch(() => undefined))?.isDirectory() === true) {
    if ((await readdir(folder)).length === 0) throw badInput(`--base ${base}: the folder is empty; give a checkout`);
    return { folder, name: base, commit: undefined };
  }
  const commit = await commitNamed(base, head);
  const top = (await git(head, 'rev-parse', '--show-toplevel')).trim();
  const within = (await git(head, 'rev-parse', '--show-prefix')).trim();
  const checkout = `${session.folder}-base`;
  onNote(`Checking out ${base} (${commit.slice(0, 12)})`);
  session.lease([['sh', '-c', removeCheckout, top, checkout]], heldAtMostMs);
  // A Postgres that root starts runs as somebody else, and may have its program in there.
  await mkdir(checkout, { mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  await git(top, 'worktree', 'add', '--quiet', '--detach', checkout, commit);
  // Packages of its own take longer to remove than a lease's end may last.
  for (const of of new Set([checkout, join(checkout, within)]))
    held.defer(() => rm(join(of, 'node_modules'), { recursive: true, force: true }));
  signal.throwIfAborted();
  const at = join(checkout, within);
  if (!existsSync(at)) throw badInput(`--base ${base}: has no folder ${within}`);
  await bringDependencies(top, checkout, base, session, signal, onNote);
  if (at !== checkout) await bringDependencies(head, at, base, session, signal, onNote);
  return { folder: at, name: base, commit };
}

async function commitNamed(ref: string, folder: string): Promise<string> {
  const missing = (why: string) =>
    usageError(`--base ${ref}: ${why}; give a commit, branch or tag that git knows here, or a folder`);
  if (ref === '') throw missing('is empty');
  try {
    return (await git(folder, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`)).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw unavailable('git is not installed');
    throw missing('neither a git ref nor a folder');
  }
}

async function git(folder: string, ...args: readonly string[]): Promise<string> {
  // Somebody's hooks are not for a checkout that lives some minutes.
  const { stdout } = await run('git', ['-C', folder, '-c', 'core.hooksPath=/dev/null', ...args], {
    timeout: gitWithinMs,
    killSignal: 'SIGKILL',
  });
  return stdout;
}

const lockFiles = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock'];

/** `node_modules` of a checkout: shared where both lock the same, else installed. */
async function bringDependencies(
  head: string,
  base: string,
  name: string,
  session: Session,
  signal: AbortSignal,
  onNote: (line: string) => void,
): Promise<void> {
  if (!existsSync(join(base, 'package.json')) || existsSync(join(base, 'node_modules'))) return;
  const installed = join(head, 'node_modules');
  const locks = await Promise.all(
    lockFiles.map(async (file) => [await textOf(join(head, file)), await textOf(join(base, file))]),
  );
  if (locks.every(([ofHead, ofBase]) => ofHead === ofBase)) {
    if (existsSync(installed)) await symlink(installed, join(base, 'node_modules'), 'dir');
    return;
  }
  if (!existsSync(join(base, 'package-lock.json')))
    throw badInput(
      `--base ${name}: locks other dependencies, and not with npm; install them in a checkout of your own and give it: --base DIR`,
    );
  onNote(`Installing the dependencies of ${name}`);
  const child = session.spawn('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], {
    cwd: base,
    env: process.env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2_000)));
  const [code] = (await once(child, 'close', { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw unavailable(`npm did not start: ${reasonOf(error)}`, error);
  })) as [number | null];
  if (code !== 0)
    throw unavailable(
      `--base ${name}: npm ci failed: ${said.trim().split('\n')[0] ?? ''}; install it in a folder and give that`,
    );
}

const textOf = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);
