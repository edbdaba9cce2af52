import type { InputRecord } from '../../target/target.ts';

/**
 * What happened to an operation. `failed` only if it was provably not written; `indeterminate` if it was handed to the network
 * without an answer (reading the log back resolves it).
 */
export type Outcome = 'ok' | 'failed' | 'indeterminate';

/** Called once for every ticket sent, in groups with one outcome; `error` is null if it is ok. */
export type OnSettled = (tickets: readonly number[], outcome: Outcome, error: string | null) => void;

/** Delivers operations to the system under test. Never refuses, waits or blocks: its caller bounds what is in flight. */
export interface LoadDriver extends AsyncDisposable {
  /** Takes one record, known to its caller as `ticket`. */
  send(record: InputRecord, ticket: number): void;
  /** The end of a tick: sends what was taken, as far as the limit on requests in flight allows; the rest follows by itself. */
  flush(): void;
  /** Settles whatever is still open: failed if it never left, indeterminate if it did. */
  abandon(reason: string): void;
}
