import type { ProcessSpec } from './target.ts';

/** The running processes of a target. */
export interface TargetProcesses extends AsyncDisposable {
  readonly instances: readonly TargetInstance[];
  /** The instances of one `ProcessSpec`. */
  named(name: string): readonly TargetInstance[];
}
export interface TargetInstance {
  readonly spec: ProcessSpec;
  /** `inventory-worker-0` */
  readonly name: string;
  readonly port: number;
  /** Undefined while it is down. */
  readonly pid: number | undefined;
  /** SIGKILL; resolves once it is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port; resolves once it is ready. */
  start(): Promise<void>;
  /** The end of its standard output and error. */
  logs(): string;
}
