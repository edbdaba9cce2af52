import type { ChildProcess, SpawnOptions } from 'node:child_process';
import type { ContainerEngine } from './container-engine.ts';
import type { ProcessGroup } from './own-processes.ts';
import type { UndoCommand } from './undo.ts';

/**
 * Everything that a run starts belongs to a session. A janitor process outlives a killed harness and ends what the session left:
 * processes (by the mark in their environment, by pid and start time if that is unreadable), containers (by label), the temporary
 * folder.
 */
export interface Session extends AsyncDisposable {
  readonly id: string;
  /**
   * The session's temporary folder; removed with it. Closed to all other users, except for the group of the user that runs
   * Postgres.
   */
  readonly folder: string;
  /** `toofan.session=<id>`: the label on every container and network of the session. */
  readonly label: Readonly<Record<string, string>>;
  /** The group of every process that it started, including exited ones. */
  readonly groups: readonly ProcessGroup[];
  /**
   * Starts a process in its own group (a Ctrl-C at the terminal reaches only the harness), with the session's mark. `env` is
   * added to the harness's PATH, HOME and locale and a temporary folder inside the session's; nothing else of the harness's
   * environment is inherited.
   */
  spawn(
    command: string,
    args: readonly string[],
    options?: Pick<SpawnOptions, 'cwd' | 'env' | 'stdio' | 'uid' | 'gid'>,
  ): ChildProcess;
  /** Call before creating the first container or network on that engine: whoever cleans up must know where. */
  usesEngine(engine: ContainerEngine): void;
  /**
   * Anything done outside the session's processes and folder (a stopped process, a mounted volume) is done under a lease; `undo`
   * reverts it. It runs at the earliest of: the lease's own `end`, the end of the session, or the janitor's turn when the harness
   * dies or `ttlMs` have passed.
   */
  lease(undo: readonly UndoCommand[], ttlMs: number): Lease;
}

export interface Lease {
  /** Reverts what was done; idempotent. Rejects if a command of `undo` fails. */
  end(): Promise<void>;
}
