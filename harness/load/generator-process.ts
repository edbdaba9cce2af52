import type { GeneratorRecord } from '../history/drill-record.ts';
import type { ShardProgress } from './worker-messages.ts';

/** One process that makes load, as its parent knows it. */
export interface GeneratorProcess {
  readonly pid: number;
  /** It waits for `begin`; rejects with what it says where it fails before. */
  readonly ready: Promise<void>;
  /** Everything is sent and answered, or given up. */
  readonly settled: Promise<void>;
  /** Its part of the history is written. */
  readonly done: Promise<GeneratorRecord>;
  readonly progress: () => ShardProgress;
  /** Starts its clock at `startsAtMs` since the epoch. */
  begin(startsAtMs: number): void;
  /** Sends nothing more. */
  stop(): void;
  /** Kills it where it still runs; resolves once it is gone. */
  end(): Promise<void>;
}
