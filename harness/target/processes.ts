export interface ProcessSpec {
  /** `inventory-worker`; instances are `inventory-worker-0`, `-1` … */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Added to the harness's own PATH, HOME and locale; each instance also gets `PORT` (a free loopback port) and `INSTANCE`. */
  readonly env: Readonly<Record<string, string>>;
  readonly count: number;
  /** Judged by the objective on memory; not enforced. */
  readonly memoryLimitMiB?: number;
  /** Started again, half a second later, when it ends by itself, as an orchestrator would do; left dead where it is left out. */
  readonly restart?: 'always';
  /** How readiness is seen: 200 on a path of the instance's own port, or a line of its standard output. */
  readonly ready: { readonly path: string } | { readonly line: string };
}

/** The running processes of a target. */
export interface TargetProcesses extends AsyncDisposable {
  readonly instances: readonly TargetInstance[];
  /** The instances of one `ProcessSpec`. */
  named(name: string): readonly TargetInstance[];
}

/** What a process may use, MiB: the most that any of them may; null where one has no limit. */
export function memoryLimitMiB({ instances }: Pick<TargetProcesses, 'instances'>): number | null {
  const limits = instances.map((instance) => instance.spec.memoryLimitMiB);
  return limits.length === 0 || limits.includes(undefined) ? null : Math.max(...limits.map((limit) => limit ?? 0));
}

/** What each process may use, MiB, by its instance's name; null where it has no limit. */
export const memoryLimits = ({ instances }: Pick<TargetProcesses, 'instances'>): Record<string, number | null> =>
  Object.fromEntries(instances.map(({ name, spec }) => [name, spec.memoryLimitMiB ?? null]));

export interface TargetInstance {
  readonly spec: ProcessSpec;
  /** `inventory-worker-0` */
  readonly name: string;
  readonly port: number;
  /** Undefined while it is down. */
  readonly pid: number | undefined;
  /** SIGKILL; resolves once it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, so that it may end in order, and SIGKILL after a bound; resolves once it is gone. */
  stop(): Promise<void>;
  /** Starts it again on the same port; resolves once it is ready. */
  start(): Promise<void>;
  /** SIGSTOP and SIGCONT, of the process and all that descend from it. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** How it ended the last time by itself, without being told to; undefined where it never did. */
  readonly lastEnd: { readonly atMs: number; readonly how: string } | undefined;
  /** The file that an agent inside the process obeys (see faults/agent.ts); undefined where none was loaded. */
  readonly agentFile: string | undefined;
  /** The end of its standard output and error. */
  logs(): string;
}
