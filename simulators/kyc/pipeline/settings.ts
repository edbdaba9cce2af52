import type { BreakerSettings } from '../../worker/breaker.ts';

export const intakeGroup = 'kyc-intake';

/** Aadhaar calls per second of wall time that the contract allows all workers together; the pace never exceeds it. */
export const aadhaarPerSecond = 200;
/** A little below the contract: paced calls still bunch within a second of the register's clock. */
export const paceShare = 0.95;
/**
 * A refusal cuts the pace to this share of itself, at most once in `slowedForMs`; after that it grows by this share of the
 * contract per second.
 */
export const slowing = { to: 0.7, least: 5, forMs: 1_000, regrowth: 0.05, pauseMs: 300 } as const;

/**
 * How long a service may take before the call counts as failed (it answers in 50 ms to 5 s, source 476), and each worker's
 * connections to it.
 */
export const askWithinMs = 5_000;
export const connections = 48;

/** The source's breaker for external APIs (2300-2359): five consecutive failures. Wall time: a service does not compress. */
export const breakerSettings: BreakerSettings = { failures: 5, recoverAfterMs: 1_000, successes: 2 };

/** Applications that one lane handles at once, and lanes per worker: while one waits for its pace another settles. */
export const claimAtMost = 50;
export const lanes = 3;
/** Nobody takes turns further away than this; applications without a turn go back into the queue. */
export const turnsWithinMs = 2_000;
/** A claimed application comes up again after this long, if its worker is gone: longer than a turn and two calls may take. */
export const leaseMs = 15_000;
/** Wait when the queue is empty. */
export const idleMs = 100;
/**
 * Wait after a failure: doubled each time up to the longest; after so many failures a person looks, as in the source (731-733).
 */
export const backoff = { firstMs: 200, longestMs: 5_000, failures: 8 } as const;

/** Reviewers, and how many applications one of them handles in a day of the story (source 748). */
export const reviewers = 40;
export const reviewsADay = 100;
