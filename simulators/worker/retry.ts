import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError } from 'pg';

/** Tries for about half a minute; after that the worker gives its batch back and lets the group decide. */
const attempts = 20;
const longestWaitMs = 2_000;

/**
 * Runs a transaction again when it failed for a reason that passes: a connection that broke, a server that starts, a
 * deadlock, a row that another worker wrote first. What is wrong with the batch itself fails at once. `onRetry` is told of each new try.
 */
export async function retryTransient<T>(transaction: () => Promise<T>, onRetry: () => void = () => {}): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction();
    } catch (error) {
      if (attempt === attempts || !isTransient(error)) throw error;
      onRetry();
      await delay(Math.min(20 * 2 ** (attempt - 1), longestWaitMs));
    }
  }
}

/** SQLSTATE classes: connection, unique key (both wrote the same operation), an idle transaction that was ended, rollback, resources, operator, system. */
const transientState = /^(08|23505|25P03|40|53|55|57|58)/;

/** What is no answer of the server (a connection refused, reset, terminated) passes as well. */
export const isTransient = (error: unknown): boolean =>
  !(error instanceof DatabaseError) || transientState.test(error.code ?? '');
