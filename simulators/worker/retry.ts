import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError } from 'pg';
import { BreakerOpen } from './breaker.ts';

export interface Patience {
  /** Afterwards it rejects with the last error. */
  readonly forMs: number;
  /** Whether an error passes with time; any other is given back at once. */
  readonly passes: (error: unknown) => boolean;
  /** Each failed attempt; those that a breaker kept from being made are none. */
  readonly onError: (error: unknown) => void;
  /** Is about to try again, also what a breaker kept from being made. */
  readonly onRetry?: () => void;
  /** Rejects with its reason as soon as it is aborted while it waits. */
  readonly signal: AbortSignal;
}

const firstWaitMs = 20;
const longestWaitMs = 1_000;

/** Tries again with exponential backoff and jitter, or as soon as a breaker lets it. */
export async function patiently<T>(attempt: () => Promise<T>, patience: Patience): Promise<T> {
  const { signal, onError, passes, forMs } = patience;
  const deadline = performance.now() + forMs;
  let waitMs = firstWaitMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      const kept = error instanceof BreakerOpen;
      if (!kept) onError(error);
      if (performance.now() > deadline || !(kept || passes(error))) throw error;
      patience.onRetry?.();
      // From half of it to all of it: those who failed together do not come back together.
      const jittered = waitMs * (0.5 + Math.random() / 2);
      await delay(kept ? error.retryAfterMs : jittered, undefined, { signal }).catch(() => signal.throwIfAborted());
      waitMs = Math.min(2 * waitMs, longestWaitMs);
    }
  }
}

/** After about half a minute the worker gives its batch back and lets the group decide. */
const transientForMs = 30_000;

/**
 * Runs a transaction again when it failed for a reason that passes: a connection that broke, a server that starts, a
 * deadlock, a row that another worker wrote first. What is wrong with the batch itself fails at once. `onRetry` is told of each new try.
 */
export const retryTransient = <T>(transaction: () => Promise<T>, onRetry: () => void = () => {}): Promise<T> =>
  patiently(transaction, { forMs: transientForMs, passes: isTransient, onError: () => {}, onRetry, signal: unaborted });

const unaborted = new AbortController().signal;

/** SQLSTATE classes: connection, unique key (both wrote the same operation), an idle transaction that was ended, rollback, resources, operator, system. */
const transientState = /^(08|23505|25P03|40|53|55|57|58)/;

/** What is no answer of the server (a connection refused, reset, terminated) passes as well. */
export const isTransient = (error: unknown): boolean =>
  !(error instanceof DatabaseError) || transientState.test(error.code ?? '');
