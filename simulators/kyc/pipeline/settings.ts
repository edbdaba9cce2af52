import type { BreakerSettings } from '../../worker/breaker.ts';

export const intakeGroup = 'kyc-intake';

/** Calls of Aadhaar a second of wall time that the contract allows all workers together; the pace never goes beyond it. */
export const aadhaarPerSecond = 200;
/** A little below the contract: what is paced still bunches within a second of the register's clock. */
export const paceShare = 0.95;
/** A refusal cuts the pace to this share of itself, at most once in `slowedForMs`; after that it grows by this share of the contract a second. */
export const slowing = { to: 0.7, least: 5, forMs: 1_000, regrowth: 0.05, pauseMs: 300 } as const;

/** What a service may take before the call counts as failed (it answers in 50 ms to 5 s, source 476), and connections to each a worker. */
export const askWithinMs = 5_000;
export const connections = 48;

/** The source's breaker for external APIs (2300-2359): five failures in a row. Wall time: a service does not compress. */
export const breakerSettings: BreakerSettings = { failures: 5, recoverAfterMs: 1_000, successes: 2 };

/** Applications that one lane works on at once, and lanes of a worker: while one waits for its pace another settles. */
export const claimAtMost = 50;
export const lanes = 3;
/** Nobody takes turns at a service that are further away: what finds none goes back into the queue. */
export const turnsWithinMs = 2_000;
/** A claimed application comes up again after this long, if whoever claimed it is gone: longer than a turn and two calls may take. */
export const leaseMs = 15_000;
/** How long an empty queue is left alone. */
export const idleMs = 100;
/** After a failure: doubled each time up to the longest; after so many a person looks, as the source has it (731-733). */
export const backoff = { firstMs: 200, longestMs: 5_000, failures: 8 } as const;

/** Reviewers, and what one of them looks at in a day of the story (source 748). */
export const reviewers = 40;
export const reviewsADay = 100;
