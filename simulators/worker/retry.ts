import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError } from 'pg';
import { BreakerOpen } from './breaker.ts';

export interface Patience {
  /** Afterwards it rejects with the last error. */
  readonly forMs: number;
  /** Whether an error is transient; any other is rethrown at once. */
  readonly passes: (error: unknown) => boolean;
  /** Called on each failed attempt, but not on those prevented by a breaker. */
  readonly onError: (error: unknown) => void;
  /** Called before each retry, including those after a breaker prevented an attempt. */
  readonly onRetry?: () => void;
  /** Rejects with its reason if it is aborted while waiting. */
  readonly signal: AbortSignal;
}

const firstWaitMs = 20;
const longestWaitMs = 1_000;

/** Retries with exponential backoff and jitter, or as soon as a breaker allows it. */
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
      // Between half and all of it: those that failed together do not come back together.
      const jittered = waitMs * (0.5 + Math.random() / 2);
      await delay(kept ? error.retryAfterMs : jittered, undefined, { signal }).catch(() => signal.throwIfAborted());
      waitMs = Math.min(2 * waitMs, longestWaitMs);
    }
  }
}

/** After about half a minute the worker gives its batch back and lets the group decide. */
const transientForMs = 30_000;

/**
 * Reruns a transaction that failed for a transient reason: a broken connection, a starting server, a deadlock, a row that another
 * worker wrote first. A problem of the batch itself fails at once. `onRetry` is called on each retry.
 */
export const retryTransient = <T>(transaction: () => Promise<T>, onRetry: () => void = () => {}): Promise<T> =>
  patiently(transaction, { forMs: transientForMs, passes: isTransient, onError: () => {}, onRetry, signal: unaborted });

const unaborted = new AbortController().signal;

/**
 * SQLSTATE classes: connection, unique key (both wrote the same operation), a terminated idle transaction, rollback, resources,
 * operator, system.
 */
const transientState = /^(08|23505|25P03|40|53|55|57|58)/;

/** Errors that are no answer of the server (a connection refused, reset, terminated) are transient as well. */
export const isTransient = (error: unknown): boolean =>
  !(error instanceof DatabaseError) || transientState.test(error.code ?? '');
