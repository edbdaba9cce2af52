export const consumerGroup = 'inventory';

/** How often the shelf is refreshed from the books: anything that a crash or an emptied Redis lost is back by then. */
export const shelfRefreshEveryMs = 1_500;
/** As declared to the harness: includes the time that a refresh may take on a busy machine. */
export const shelfRefreshMs = 4_000;
/** A change reaches the shelf within this, even under momentary overload. */
export const shelfStalenessMs = 1_000;
