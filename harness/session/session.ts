import type { ChildProcess, SpawnOptions } from 'node:child_process';
import type { ContainerEngine } from './container-engine.ts';
import type { ProcessGroup } from './own-processes.ts';
import type { UndoCommand } from './undo.ts';

/**
 * Everything that a run starts belongs to a session; a janitor process outlives a killed harness and ends what the
 * session left: processes (by the mark in their environment, by pid and start time where that cannot be read),
 * containers (by label), the temporary folder.
 */
export interface Session extends AsyncDisposable {
  readonly id: string;
  /** Temporary folder of this session; it goes away with it. Closed to all other users, but for the group of the one that Postgres runs as. */
  readonly folder: string;
  /** `toofan.session=<id>`: the label that every container and network of the session carries. */
  readonly label: Readonly<Record<string, string>>;
  /** The group of every process that it started, ended ones too. */
  readonly groups: readonly ProcessGroup[];
  /**
   * Starts a process of its own group (a Ctrl-C at the terminal reaches the harness alone), marked as the session's.
   * `env` is added to PATH, HOME and locale of the harness and a temporary folder inside the session's, nothing else of
   * the harness's environment is inherited.
   */
  spawn(
    command: string,
    args: readonly string[],
    options?: Pick<SpawnOptions, 'cwd' | 'env' | 'stdio' | 'uid' | 'gid'>,
  ): ChildProcess;
  /** To be called before the first container or network is made on that engine: who cleans up must know where. */
  usesEngine(engine: ContainerEngine): void;
  /**
   * What is done outside the session's processes and folder (a process stopped, a volume mounted) is done under a lease:
   * `undo` takes it back. It is run by whoever comes first: the lease's own `end`, the end of the session, or the
   * janitor, when the harness dies or `ttlMs` have passed.
   */
  lease(undo: readonly UndoCommand[], ttlMs: number): Lease;
}

export interface Lease {
  /** Takes back what was done; harmless a second time. Rejects where a command of `undo` fails. */
  end(): Promise<void>;
}
