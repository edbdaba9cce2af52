/** Groups and clocks of the pipeline before the overhaul. */
export const consumerGroup = 'legacy-shop';

/** `inventory_sync_frequency` of the source (1470): 30 minutes of story time. */
export const syncEveryStoryMs = 30 * 60_000;

/** How often the shop reads its shelf copy; the copy itself is as old as the last sync. */
export const shelfPollMs = 250;

/** Connections of the source's pool (1561). */
export const poolSize = 200;
