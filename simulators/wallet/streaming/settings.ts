import type { BreakerSettings } from '../../worker/breaker.ts';

export const consumerGroups = {
  payments: 'payments',
  refunds: 'refunds',
  addMoney: 'add-money',
  details: 'details',
} as const;

/** Whoever is not waited for by a payer asks the broker less often. */
export const unhurriedFetches = { maxBytesPerPartition: 128 * 1024, maxBytes: 1024 * 1024, maxWaitMs: 100 } as const;

/** How long after its arrival a refund is tried again that names a payment of which nobody knows yet, and how often. */
export const refundWait = { forMs: 3_000, everyMs: 200 } as const;

/** A lock is waited for, a statement runs, an open transaction of a frozen worker holds its rows so long: the server's own limits. */
export const serverLimits =
  '-c lock_timeout=2000 -c statement_timeout=3000 -c idle_in_transaction_session_timeout=4000';
/** The client's limits, for a server that says nothing at all. */
export const clientLimits = { connectionTimeoutMillis: 2_000, query_timeout: 4_000, idleTimeoutMillis: 0 } as const;
/** Connections of each worker to each shard: one for its transactions, the others for look-ups. */
export const connectionsPerShard = 3;

/**
 * What is still in an outbox after this long was left there by a worker that died, and so often is looked for it. What was brought is
 * cleared within `clearedWithinMs`.
 */
export const outbox = { olderThanMs: 2_000, everyMs: 500, clearedWithinMs: 200 } as const;

/** Above this score a payment is fraud (source 249). */
export const fraudAbove = 0.8;
/** So long a batch waits for the fraud service (source 246). */
export const fraudWithinMs = 20;
/** As the source's breaker for what is called over the network (2364-2372), and tried again soon: meanwhile every payment is less well looked at. */
export const fraudBreaker: BreakerSettings = { failures: 5, successes: 2, recoverAfterMs: 1_000 };

/** What the fraud service is built for after the crisis: a hundred times the 500 payments a second of before (4338, 4579). */
export const fraudCapacityPerSecond = 50_000;

/**
 * Crisis mode (4408-4500) by the load that a worker measures, payments a second: beyond half of its share of the fraud
 * service's capacity, batches of several workers wait behind one another there, and 20 ms are over. It is left where the load
 * stays well below that for a while, so that it does not flutter.
 */
export const paymentWorkers = 2;
export const crisis = {
  enterAbove: fraudCapacityPerSecond / paymentWorkers / 2,
  leaveBelow: fraudCapacityPerSecond / paymentWorkers / 3,
  leaveAfterMs: 2_000,
  /** The load is measured over about this long. */
  windowMs: 1_000,
} as const;

/** A bank's answer is waited for so long; after that the outcome is unknown and it is asked for. As long as a customer waits for a payment screen. */
export const bankWithinMs = 2_000;
/** Banks are asked for so much at once: a slow bank fills this and nothing else. */
export const bankAtOnce = 64;
/** As the source's breaker for what is called over the network (2364-2372), and tried again soon: whoever added money waits for it. */
export const bankBreaker: BreakerSettings = { failures: 5, successes: 2, recoverAfterMs: 1_000 };
/** How long a bank is asked before the records are given back to the group, which delivers them anew. */
export const bankPatienceMs = 60_000;
