import type { BreakerSettings } from '../../worker/breaker.ts';
import { successes } from '../shared/breaker-settings.ts';

export const consumerGroup = 'etl';

/** The shelf's own: nobody waits for it, and the next refresh retries. */
export const shelfBreaker: BreakerSettings = { failures: 3, successes, recoverAfterMs: 1_500 };

/**
 * How old an undecided order may grow before its shopper is told to retry. Regular: ten times the 200 ms that an order takes in
 * 2021. Premium, who are shed last (4129-4133): the 5 s that it took in 2020, when shoppers gave up (4250).
 */
export const patienceMs = { regular: 2_000, premium: 5_000 } as const;

/**
 * The server's own limits: for waiting for a lock, for a statement, and for a frozen worker's open transaction, which holds its
 * rows.
 */
export const serverLimits =
  '-c lock_timeout=1000 -c statement_timeout=3000 -c idle_in_transaction_session_timeout=4000';
/** The client's limits, for a server that does not answer. Connections are kept: a new one may not be available. */
export const clientLimits = { connectionTimeoutMillis: 2_000, query_timeout: 4_000, idleTimeoutMillis: 0 } as const;

/** Connections of each worker: one for the batch, one for the shelf's refresh, one spare; and what `resize-pool` sets. */
export const poolSize = { normal: 3, resized: 6 } as const;

/** Kafka: longer than a slow answer, short enough that a silent broker is abandoned within a session or two. */
export const kafkaPatience = { connectWithinMs: 3_000, answerWithinMs: 5_000, retries: 5 } as const;

/**
 * After an outage much is shed with little work, and the busiest partition has two fifths of all orders: it must not wait for its
 * turns.
 */
export const fetchLimits = { maxBytesPerPartition: 512 * 1024, maxBytes: 4 * 1024 * 1024 } as const;

export const redisAnswersWithinMs = 1_000;

/** Operations per transaction; smaller batches in an emergency (4139-4143). */
export const maxOpsPerTransaction = { normal: 4_000, simplified: 1_000 } as const;

/** How long a batch is retried before it is given back to the group, which redelivers it. */
export const triesForMs = 60_000;
