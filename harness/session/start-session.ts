import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clean, labelName } from './clean.ts';
import type { ContainerEngine } from './container-engine.ts';
import type { JanitorMessage } from './janitor.ts';
import { groupOf, sessionVariable, type ProcessGroup } from './own-processes.ts';
import type { Lease, Session } from './session.ts';
import { runUndo, type UndoCommand } from './undo.ts';

const janitorFile = fileURLToPath(new URL('./janitor.ts', import.meta.url));
const janitorWithinMs = 15_000;

/**
 * Opens a session. Its janitor is the first thing to start and knows the folder's name before the folder is made, so
 * there is no moment at which a killed harness leaves something that nobody knows of.
 */
export async function startSession(): Promise<Session> {
  const id = randomBytes(6).toString('hex');
  const folder = join(await realpath(tmpdir()), `toofan-${id}`);
  const janitor = new Janitor(id, folder);
  try {
    await janitor.ready();
    await mkdir(join(folder, 'tmp'), { recursive: true });
    await chmod(folder, 0o711); // mkdir's mode is cut by the umask
    await chmod(join(folder, 'tmp'), 0o1777);
  } catch (error) {
    await janitor.end();
    throw error;
  }
  return new RunningSession(id, folder, janitor);
}

class RunningSession implements Session {
  readonly id: string;
  readonly folder: string;
  readonly label: Readonly<Record<string, string>>;
  readonly #janitor: Janitor;
  readonly groups: ProcessGroup[] = [];
  readonly #engines: ContainerEngine[] = [];
  readonly #leases = new Map<string, readonly UndoCommand[]>();
  #end: Promise<void> | undefined;

  constructor(id: string, folder: string, janitor: Janitor) {
    this.id = id;
    this.folder = folder;
    this.label = { [labelName]: id };
    this.#janitor = janitor;
  }

  spawn(
    command: string,
    args: readonly string[],
    options: Pick<SpawnOptions, 'cwd' | 'env' | 'stdio' | 'uid' | 'gid'> = {},
  ): ChildProcess {
    if (this.#end !== undefined) throw new Error(`session ${this.id} is over: ${command} cannot be started in it`);
    const child = spawn(command, args, {
      ...options,
      detached: true,
      env: { ...inherited(), TMPDIR: join(this.folder, 'tmp'), ...options.env, [sessionVariable]: this.id },
    });
    if (child.pid !== undefined) {
      const group = groupOf(child.pid);
      this.groups.push(group);
      this.#janitor.tell({ group });
    }
    return child;
  }

  usesEngine(engine: ContainerEngine): void {
    this.#engines.push(engine);
    this.#janitor.tell({ engine });
  }

  lease(undo: readonly UndoCommand[], ttlMs: number): Lease {
    const lease = randomBytes(6).toString('hex');
    this.#leases.set(lease, undo);
    this.#janitor.tell({ lease, undo, ttlMs });
    return {
      end: async () => {
        if (!this.#leases.has(lease)) return;
        await runUndo(undo);
        this.#leases.delete(lease);
        this.#janitor.tell({ leaseEnded: lease });
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
      // Without `released` the janitor has a try of its own.
      await this.#janitor.end();
    }
  }
}

/**
 * Of the harness's environment a session's processes get what any program needs, and nothing that could sway a drill. Where the
 * user lets Node keep what it compiled, they start in half the time.
 */
function inherited(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) =>
    /^(PATH|HOME|LANG|LC_.+|TZ|NODE_COMPILE_CACHE)$/.test(name),
  );
  return Object.fromEntries(kept);
}

class Janitor {
  readonly #process: ChildProcess;
  readonly #gone: Promise<unknown>;

  constructor(id: string, folder: string) {
    this.#process = spawn(process.execPath, [janitorFile, id, folder], {
      detached: true,
      cwd: '/',
      env: inherited(),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#gone = once(this.#process, 'exit');
    this.#gone.catch(() => undefined);
    // Were the janitor killed, the session would still clean up after itself.
    this.#process.stdin?.on('error', () => undefined);
  }

  /** Resolves once it listens. Afterwards it does not keep the harness from ending. */
  async ready(): Promise<void> {
    const { stdin, stdout } = this.#process;
    if (stdin === null || stdout === null) throw new Error('the janitor was started without pipes');
    await Promise.race([
      once(stdout, 'data', { signal: AbortSignal.timeout(janitorWithinMs) }),
      this.#gone.then((status) => {
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

  /** Closes the pipe and resolves once the janitor has ended. */
  async end(): Promise<void> {
    this.#process.ref();
    this.#process.stdin?.end();
    await this.#gone;
  }
}
