import type { GeneratorRecord } from '../history/drill-record.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Addresses } from '../stack/stack.ts';

/** What a worker must know; plain data, sent to it over its channel (never on its command line: it holds passwords). */
export interface WorkerConfig {
  /** File URL of the module that exports `loadRegistry(folder)`. */
  readonly registryModule: string;
  /** The folder whose `toofan.config.ts` counts. */
  readonly folder: string;
  readonly scenario: Scenario;
  readonly loadScale: number;
  readonly targetName: string;
  readonly seed: number;
  /** This is shard `shard` of `shards`: it takes the arrivals j with j mod shards = shard. */
  readonly shard: number;
  readonly shards: number;
  readonly addresses: Addresses;
  readonly historyFolder: string;
  /** A file that does not exist yet; the worker writes what it sent into it and removes it. */
  readonly spoolFile: string;
  /** `null` goes nowhere, for measuring the generator itself. */
  readonly sink: 'kafka' | 'null';
  /** `flat-out` waits for room instead of following the schedule: a measurement, never a drill. */
  readonly pace: 'schedule' | 'flat-out';
  readonly limits: WorkerLimits;
}

/** The bounds of a worker; see `defaultLimits`. */
export interface WorkerLimits {
  /** Operations in flight: the client's buffer. */
  readonly inFlight: number;
  /** How long acknowledgements are waited for once the last operation was sent. */
  readonly ackDeadlineMs: number;
}
export const defaultLimits: WorkerLimits = { inFlight: 65_536, ackDeadlineMs: 15_000 };

/** What one shard has done so far. */
export interface ShardProgress {
  readonly sent: number;
  readonly acked: number;
  /** Failed or indeterminate. */
  readonly failed: number;
}

export type ToWorker =
  | { readonly type: 'configure'; readonly config: WorkerConfig }
  | { readonly type: 'begin'; readonly startsAtMs: number }
  | { readonly type: 'stop' };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly progress: ShardProgress }
  /** Everything is sent and answered, or given up; what is left is to write its part of the history. */
  | { readonly type: 'settled' }
  | { readonly type: 'done'; readonly record: GeneratorRecord }
  /** `exitCode` where the user can act on it; null for our own bug (`message` is then its stack). */
  | { readonly type: 'failed'; readonly message: string; readonly exitCode: number | null };
