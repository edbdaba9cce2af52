export const consumerGroup = 'legacy-wallet';

export const workers = 2;
/** Connections of all workers together (source 2431), and after the emergency increase (2432). */
export const poolSize = 100;
export const raisedPool = 500;
/** The server's limit: the pool at its largest, the batch, and observers. */
export const databaseConnections = raisedPool + 20;

/** How long a payment waits for a connection, for a statement and for the fraud service; then it has failed. */
export const connectionWaitMs = 3_000;
export const statementWithinMs = 5_000;
export const fraudWithinMs = 2_000;
export const bankWithinMs = 2_000;
/** Above this score a payment is fraud (source 249). */
export const fraudAbove = 0.8;

/** The batch that pays merchants runs every two hours (source 1809), from start to start. */
export const settleEveryStoryMs = 2 * 3_600_000;
