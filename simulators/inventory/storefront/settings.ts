/** How long a shopper waits for a decision before the answer is "not yet": then the order's status tells. */
export const decisionWithinMs = 2_000;

/**
 * Maximum orders waiting for a decision. Above `regular`, regular shoppers' orders are turned away, above `premium` all: premium
 * shoppers are shed last (source 4129-4133). At 1,000 orders/s, 2,000 waiting orders are two seconds: better to tell later ones
 * to retry than to keep them.
 */
export const room = { regular: 1_400, premium: 2_000 } as const;

/** Retry-After for shoppers who are turned away, seconds. */
export const retryAfterSeconds = 1;

/** Answers that are remembered, so that a double click is answered at once. */
export const rememberedAnswers = 50_000;

/** How long orders gather for one request: nobody notices it, and at 1,000 orders/s a request carries twenty. */
export const gatherMs = 20;

/** How long the broker gathers decisions before it answers. */
export const decisionsWaitMs = 40;

export const searchResults = 10;

/** Recommendations come from memory once the engine takes longer than a page may, or this many calls are under way. */
export const recommendation = { withinMs: 200, atOnce: 16, remembered: 10_000 } as const;
