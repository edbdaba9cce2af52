export interface ProcessSpec {
  /** `inventory-worker`; instances are `inventory-worker-0`, `-1` … */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Added to the harness's own PATH, HOME and locale; each instance also gets `PORT` (a free loopback port) and `INSTANCE`. */
  readonly env: Readonly<Record<string, string>>;
  readonly count: number;
  /** Used by the `memory-bounded` objective; not enforced. */
  readonly memoryLimitMiB?: number;
  /** Restart it half a second after it exits by itself, as an orchestrator would; by default it stays dead. */
  readonly restart?: 'always';
  /** How it shows that it is ready: 200 on a path of the instance's own port, or a line of its standard output. */
  readonly ready: { readonly path: string } | { readonly line: string };
}

/** The running processes of a target. */
export interface TargetProcesses extends AsyncDisposable {
  readonly instances: readonly TargetInstance[];
  /** The instances of one `ProcessSpec`. */
  named(name: string): readonly TargetInstance[];
}

/** The largest memory limit of any process, MiB; null if one has no limit. */
export function memoryLimitMiB({ instances }: Pick<TargetProcesses, 'instances'>): number | null {
  const limits = instances.map((instance) => instance.spec.memoryLimitMiB);
  return limits.length === 0 || limits.includes(undefined) ? null : Math.max(...limits.map((limit) => limit ?? 0));
}

/** Each process's memory limit, MiB, by instance name; null if it has none. */
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
  /** SIGTERM for an orderly exit, then SIGKILL after a bound; resolves once it is gone. */
  stop(): Promise<void>;
  /** Starts it again on the same port; resolves once it is ready. */
  start(): Promise<void>;
  /** SIGSTOP and SIGCONT, for the process and all its descendants. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Its last exit that nobody asked for; undefined if there was none. */
  readonly lastEnd: { readonly atMs: number; readonly how: string } | undefined;
  /** The file that an agent inside the process obeys (see faults/agent.ts); undefined if none was loaded. */
  readonly agentFile: string | undefined;
  /** The tail of its standard output and error. */
  logs(): string;
}
