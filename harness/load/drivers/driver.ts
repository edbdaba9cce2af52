import type { InputRecord } from '../../target/target.ts';

/**
 * What became of an operation. `failed` only where it provably was not written; `indeterminate` where it was handed to
 * the network and nobody said (the read-back log settles it).
 */
export type Outcome = 'ok' | 'failed' | 'indeterminate';

/** Told once for every ticket that was sent, in groups that share one fate; `error` is null where it is ok. */
export type OnSettled = (tickets: readonly number[], outcome: Outcome, error: string | null) => void;

/**
 * Takes operations to the system under test. It never refuses, never waits and never blocks: how many may be in flight
 * is its caller's bound.
 */
export interface LoadDriver extends AsyncDisposable {
  /** Takes one record, known as `ticket` to its caller. */
  send(record: InputRecord, ticket: number): void;
  /** The end of a tick: what was taken goes out now, as far as requests may be in flight; the rest follows by itself. */
  flush(): void;
  /** Settles whatever is still open: failed where it never left, indeterminate where it did. */
  abandon(reason: string): void;
}
