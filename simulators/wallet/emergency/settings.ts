export const consumerGroups = { transactions: 'emergency', details: 'emergency-details' } as const;

export const workers = 2;
/** Payments that one worker handles at once (`processing_threads_per_worker`, source 4431). */
export const threadsPerWorker = 50;

/** Connections of all workers to all shards together, before and in crisis mode (2431-2432). */
export const poolSize = 100;
export const crisisPool = 500;
/** Payments per batch, before and in crisis mode (2458). */
export const batchSize = 1_000;
export const crisisBatch = 10_000;

/** How long a payment's validations may take (4450-4454), and a whole payment before a warning (4474-4476). */
export const validationsWithinMs = 100;
export const warnAboveMs = 200;

/** Above this score a payment is fraud (1934, 4531). */
export const fraudAbove = 0.8;
/**
 * How long a crisis batch waits for the fraud service. A normal batch of 1,000 takes the service two seconds (500 payments per
 * second, 4338); nobody adjusted this for the larger ones.
 */
export const fraudWithinMs = 3_000;
export const bankWithinMs = 2_000;

/** Maximum size of a fetch: room for a crisis batch of two partitions at some 170 bytes per payment. */
export const fetchLimits = { maxBytesPerPartition: 1024 * 1024, maxBytes: 4 * 1024 * 1024 } as const;
