import type { BreakerSettings } from '../../worker/breaker.ts';

export const consumerGroups = {
  payments: 'payments',
  refunds: 'refunds',
  addMoney: 'add-money',
  details: 'details',
} as const;

/** A worker that no payer waits for polls the broker less often. */
export const unhurriedFetches = { maxBytesPerPartition: 128 * 1024, maxBytes: 1024 * 1024, maxWaitMs: 100 } as const;

/** How long after its arrival, and how often, a refund is retried if its payment is unknown so far. */
export const refundWait = { forMs: 3_000, everyMs: 200 } as const;

/**
 * The server's own limits: for waiting for a lock, for a statement, and for a frozen worker's open transaction, which holds its
 * rows.
 */
export const serverLimits =
  '-c lock_timeout=2000 -c statement_timeout=3000 -c idle_in_transaction_session_timeout=4000';
/** The client's limits, for a server that does not answer. */
export const clientLimits = { connectionTimeoutMillis: 2_000, query_timeout: 4_000, idleTimeoutMillis: 0 } as const;
/** Connections of each worker to each shard: one for its transactions, the others for look-ups. */
export const connectionsPerShard = 3;

/**
 * Outbox rows older than this were left by a dead worker; this is also how often they are searched. Delivered rows are cleared
 * within `clearedWithinMs`.
 */
export const outbox = { olderThanMs: 2_000, everyMs: 500, clearedWithinMs: 200 } as const;

/** Above this score a payment is fraud (source 249). */
export const fraudAbove = 0.8;
/** How long a batch waits for the fraud service (source 246). */
export const fraudWithinMs = 20;
/** The source's breaker for network calls (2364-2372), retried soon: meanwhile every payment is checked less thoroughly. */
export const fraudBreaker: BreakerSettings = { failures: 5, successes: 2, recoverAfterMs: 1_000 };

/** The fraud service's capacity after the crisis: a hundred times the earlier 500 payments per second (4338, 4579). */
export const fraudCapacityPerSecond = 50_000;

/**
 * Crisis mode (4408-4500) by the load that a worker measures, payments per second: beyond half of its share of the fraud
 * service's capacity, batches of several workers queue there, and 20 ms are exceeded. It ends once the load stays well below that
 * for a while, so that it does not flutter.
 */
export const paymentWorkers = 2;
export const crisis = {
  enterAbove: fraudCapacityPerSecond / paymentWorkers / 2,
  leaveBelow: fraudCapacityPerSecond / paymentWorkers / 3,
  leaveAfterMs: 2_000,
  /** The measuring window of the load. */
  windowMs: 1_000,
} as const;

/**
 * How long to wait for a bank's answer, which is as long as a customer waits for a payment screen; after that the outcome is
 * unknown and must be asked for.
 */
export const bankWithinMs = 2_000;
/** Concurrent requests to banks: a slow bank fills this and nothing else. */
export const bankAtOnce = 64;
/** The source's breaker for network calls (2364-2372), retried soon: customers adding money wait for it. */
export const bankBreaker: BreakerSettings = { failures: 5, successes: 2, recoverAfterMs: 1_000 };
/** How long a bank is asked before the records are given back to the group, which redelivers them. */
export const bankPatienceMs = 60_000;
