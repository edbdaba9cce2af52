export const consumerGroup = 'inventory';

/** The books are read anew into the shelf this often: what a crash or an emptied Redis took away is back by then. */
export const shelfRefreshEveryMs = 1_500;
/** As declared to the harness: with the time that a refresh itself may take on a busy machine. */
export const shelfRefreshMs = 4_000;
/** A change reaches the shelf within this, the overload of the moment included. */
export const shelfStalenessMs = 1_000;
