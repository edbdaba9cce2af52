export const consumerGroup = 'monolith-2020';

/** What the database server lets in (source 3959). */
export const databaseConnections = 500;

/**
 * Connections of each order worker's pool, hard-coded (4059-4062). The source's 500 for 1,000 orders a second (3957-3959) let
 * an order hold one for half a second; here it holds one for some milliseconds, so that few give the same room.
 */
export const poolSize = 8;
/** After the emergency increase (3994): five times as many. */
export const resizedPool = 40;

/** Together the "5+ seconds" that an order took (4250): for a recommendation, then for a connection. */
export const recommendationsTimeoutMs = 3_000;
export const connectionWaitMs = 2_000;
/** Requests to the recommendation engine that one worker has open. */
export const recommendationsAtOnce = 100;

/** Orders in one transaction of the emergency pipeline: smaller batches than the 10,000 of the normal one (4141-4142, 3958). */
export const simplifiedBatch = 100;

/** Products that the inventory sync copies at once (`etl_batch_size`, 3958). */
export const syncBatch = 10_000;
/** From the end of one inventory sync to the next. */
export const syncEveryMs = 1_000;
/**
 * The shelf vanishes when it was not written for ten minutes of the story: between the end of all ETL processing and "Out of
 * Stock" for available items lay twenty (4009-4022), in which the workers were restarted once. Never so soon that a sync
 * that is merely slow would empty it.
 */
export const shelfKeptStoryMs = 10 * 60_000;
export const leastShelfKeptMs = 4 * syncEveryMs;
/** As declared to the harness: a sync that has just missed a change, the next one, and what a busy machine adds. */
export const shelfStalenessMs = 3_000;
export const shelfRefreshMs = 4_000;
