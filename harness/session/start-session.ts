import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unavailable } from '../errors.ts';
import { clean, labelName } from './clean.ts';
import type { ContainerEngine } from './container-engine.ts';
import type { JanitorMessage } from './remains-of.ts';
import { groupOf, type ProcessGroup } from './own-processes.ts';
import { sessionVariable } from './process-rows.ts';
import { showLiveness, type Liveness } from './liveness.ts';
import type { Lease, Session } from './session.ts';
import { journalName, sweepDead } from './sweep.ts';
import { temporaryFolder, unfit } from './temporary-folder.ts';
import { runUndo, type UndoCommand } from './undo.ts';

const janitorFile = fileURLToPath(new URL('./janitor.ts', import.meta.url));
const janitorWithinMs = 15_000;
/** Its own bound, plus some time. */
const janitorEndsWithinMs = 65_000;

/** If the janitor is killed again and again, something is hostile: the session goes on without it. */
const mostJanitors = 5;

/**
 * Opens a session, after removing what dead ones have left. Its janitor starts first and knows the folder's name before the
 * folder exists, so a killed harness never leaves anything that nobody knows of. `warn` gets a line if the janitor is killed.
 * Rejects (69), naming TMPDIR, if no folder can be created.
 */
export async function startSession(warn: (line: string) => void = toStderr): Promise<Session> {
  const parent = await temporaryFolder();
  await sweepDead();
  const id = randomBytes(6).toString('hex');
  const folder = join(parent, `toofan-${id}`);
  const janitor = new Janitor(id, folder);
  try {
    await janitor.ready();
    // Never one that somebody else has created meanwhile: its contents are trusted.
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    janitor.tell({ released: true });
    await janitor.end();
    throw isSystemError(error) ? unfit(parent, error) : error;
  }
  try {
    await mkdir(join(folder, 'tmp'));
    await chmod(join(folder, 'tmp'), 0o1777); // mkdir's mode is cut by the umask
    const liveness = await showLiveness(folder);
    return new RunningSession(id, folder, janitor, liveness, warn);
  } catch (error) {
    await janitor.end();
    throw isSystemError(error) ? unfit(parent, error) : error;
  }
}

const toStderr = (line: string): void => void process.stderr.write(`toofan: ${line}\n`);

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'code' in error;

class RunningSession implements Session {
  readonly id: string;
  readonly folder: string;
  readonly label: Readonly<Record<string, string>>;
  readonly #liveness: Liveness | undefined;
  readonly #warn: (line: string) => void;
  /** Everything that a janitor must know. */
  readonly #told: JanitorMessage[] = [];
  #janitor: Janitor;
  #janitors = 1;
  readonly groups: ProcessGroup[] = [];
  readonly #engines: ContainerEngine[] = [];
  readonly #leases = new Map<string, readonly UndoCommand[]>();
  #end: Promise<void> | undefined;

  constructor(
    id: string,
    folder: string,
    janitor: Janitor,
    liveness: Liveness | undefined,
    warn: (line: string) => void,
  ) {
    this.id = id;
    this.folder = folder;
    this.label = { [labelName]: id };
    this.#liveness = liveness;
    this.#warn = warn;
    this.#janitor = this.#watched(janitor);
  }

  /** Its exit is noticed as long as the session is not over. */
  #watched(janitor: Janitor): Janitor {
    void janitor.gone.then(() => this.#replaceJanitor());
    return janitor;
  }

  #replaceJanitor(): void {
    if (this.#end !== undefined) return;
    const said = 'the janitor of this run, which cleans up after a killed harness, was killed from outside';
    if (this.#janitors++ === mostJanitors) {
      this.#warn(
        `${said} ${mostJanitors} times: the run continues without one; the next start cleans up if this run is killed`,
      );
      return;
    }
    const next = new Janitor(this.id, this.folder);
    for (const message of this.#told) next.tell(message);
    next.ready().catch(() => undefined); // Its end is noticed too.
    this.#janitor = this.#watched(next);
    this.#warn(`${said}; a new one has taken over`);
  }

  /** Sent to the janitor, and written down in case both are killed. */
  #tell(message: JanitorMessage): void {
    this.#told.push(message);
    this.#janitor.tell(message);
    try {
      appendFileSync(join(this.folder, journalName), `${JSON.stringify(message)}\n`, { mode: 0o600 });
    } catch {
      // A full disk: the janitor knows it.
    }
  }

  spawn(
    command: string,
    args: readonly string[],
    options: Pick<SpawnOptions, 'cwd' | 'env' | 'stdio' | 'uid' | 'gid'> = {},
  ): ChildProcess {
    if (this.#end !== undefined) throw new Error(`session ${this.id} has ended: cannot start ${command}`);
    const child = spawn(command, args, {
      ...options,
      detached: true,
      env: { ...inherited(), TMPDIR: join(this.folder, 'tmp'), ...options.env, [sessionVariable]: this.id },
    });
    if (child.pid !== undefined) {
      const group = groupOf(child.pid);
      this.groups.push(group);
      this.#tell({ group });
    }
    return child;
  }

  usesEngine(engine: ContainerEngine): void {
    this.#engines.push(engine);
    this.#tell({ engine });
  }

  lease(undo: readonly UndoCommand[], ttlMs: number): Lease {
    const lease = randomBytes(6).toString('hex');
    this.#leases.set(lease, undo);
    this.#tell({ lease, undo, ttlMs });
    return {
      end: async () => {
        if (!this.#leases.has(lease)) return;
        await runUndo(undo);
        this.#leases.delete(lease);
        this.#tell({ leaseEnded: lease });
      },
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#end ??= this.#dispose();
    return this.#end;
  }

  async #dispose(): Promise<void> {
    try {
      const undo = [...this.#leases.values()].toReversed().flat();
      await clean({ id: this.id, folder: this.folder, groups: this.groups, engines: this.#engines, undo }, 0);
      this.#janitor.tell({ released: true });
    } finally {
      this.#liveness?.end();
      // Without `released` the janitor retries.
      await this.#janitor.end();
    }
  }
}

/**
 * From the harness's environment a session's processes get what any program needs, and nothing that could affect a drill. If the
 * user lets Node keep its compile cache, they start in half the time.
 */
function inherited(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) =>
    /^(PATH|HOME|LANG|LC_.+|TZ|NODE_COMPILE_CACHE)$/.test(name),
  );
  return Object.fromEntries(kept);
}

class Janitor {
  readonly #process: ChildProcess;
  /** Resolves once it has exited, or could not be started. */
  readonly gone: Promise<unknown>;

  constructor(id: string, folder: string) {
    this.#process = spawn(process.execPath, [janitorFile, id, folder], {
      detached: true,
      cwd: '/',
      env: inherited(),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.gone = once(this.#process, 'exit').catch((error: unknown) => error);
    // Its exit is noticed by itself.
    this.#process.stdin?.on('error', () => undefined);
  }

  /** Resolves once it listens. From then on it does not keep the harness from exiting. */
  async ready(): Promise<void> {
    const { stdin, stdout } = this.#process;
    if (stdin === null || stdout === null) throw new Error('the janitor was started without pipes');
    await Promise.race([
      once(stdout, 'data', { signal: AbortSignal.timeout(janitorWithinMs) }),
      this.gone.then((status) => {
        if (status instanceof Error)
          throw unavailable(
            `cannot start a process (${status.message}): raise the limits of this user (ulimit -a)`,
            status,
          );
        throw new Error(`the janitor ended before it was ready: ${JSON.stringify(status)}`);
      }),
    ]);
    stdout.destroy();
    this.#process.unref();
    if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  }

  /** Written at once, in the same turn, while the pipe has room. */
  tell(message: JanitorMessage): void {
    this.#process.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  /** Closes the pipe and resolves once the janitor has exited; a stopped one is killed after a bound. */
  async end(): Promise<void> {
    this.#process.ref();
    this.#process.stdin?.end();
    const patience = setTimeout(() => this.#process.kill('SIGKILL'), janitorEndsWithinMs);
    await this.gone;
    clearTimeout(patience);
  }
}
