import type { GeneratorRecord } from '../history/drill-record.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Addresses } from '../stack/stack.ts';

/** What a worker must know; plain data, sent over its channel (never on its command line: it contains passwords). */
export interface WorkerConfig {
  /** File URL of the module that exports `loadRegistry(folder)`. */
  readonly registryModule: string;
  /** The folder of `toofan.config.ts`. */
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
  /** A path that does not exist yet; the worker spools what it sent there, and removes it at the end. */
  readonly spoolFile: string;
  /** `null` sends nowhere, to measure the generator itself. */
  readonly sink: 'kafka' | 'null';
  /** `flat-out` waits for room instead of following the schedule: for measurements, never for drills. */
  readonly pace: 'schedule' | 'flat-out';
  readonly limits: WorkerLimits;
}

/** The bounds of a worker; see `defaultLimits`. */
export interface WorkerLimits {
  /** Operations in flight: the client's buffer. */
  readonly inFlight: number;
  /** How long to wait for acknowledgements after the last operation was sent. */
  readonly ackDeadlineMs: number;
}
export const defaultLimits: WorkerLimits = { inFlight: 65_536, ackDeadlineMs: 15_000 };

/** One shard's progress. */
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
  /** Everything is sent and answered, or given up; only its part of the history remains to be written. */
  | { readonly type: 'settled' }
  | { readonly type: 'done'; readonly record: GeneratorRecord }
  /** `exitCode` if the user can act on it; null for our own bug (`message` is then its stack). */
  | { readonly type: 'failed'; readonly message: string; readonly exitCode: number | null };
