export const consumerGroup = 'monolith-2020';

/** The database server's connection limit (source 3959). */
export const databaseConnections = 500;

/**
 * Connections in each order worker's pool, hard-coded (4059-4062). The source's 500 for 1,000 orders per second (3957-3959) let
 * an order hold one for half a second; here it takes some milliseconds, so that a few leave the same headroom.
 */
export const poolSize = 8;
/** After the emergency increase (3994): five times as many. */
export const resizedPool = 40;

/** Together the "5+ seconds" that an order took (4250): for a recommendation, then for a connection. */
export const recommendationsTimeoutMs = 3_000;
export const connectionWaitMs = 2_000;
/** Concurrent requests to the recommendation engine per worker. */
export const recommendationsAtOnce = 100;

/** Orders per transaction of the emergency pipeline: smaller batches than the normal 10,000 (4141-4142, 3958). */
export const simplifiedBatch = 100;

/** Products that the inventory sync copies at once (`etl_batch_size`, 3958). */
export const syncBatch = 10_000;
/** From the end of one inventory sync to the next. */
export const syncEveryMs = 1_000;
/**
 * The shelf vanishes if it was not written for ten minutes of the story: twenty lay between the end of all ETL processing and
 * "Out of Stock" for available items (4009-4022), with one restart of the workers in between. Long enough that a merely slow sync
 * does not empty it.
 */
export const shelfKeptStoryMs = 10 * 60_000;
export const leastShelfKeptMs = 4 * syncEveryMs;
/** As declared to the harness: a sync that has just missed a change, the next one, and the delay of a busy machine. */
export const shelfStalenessMs = 3_000;
export const shelfRefreshMs = 4_000;
