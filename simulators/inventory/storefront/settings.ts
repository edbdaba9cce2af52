/** How long a shopper is kept waiting for a decision before the answer is "not yet": then the order's status tells. */
export const decisionWithinMs = 2_000;

/**
 * Orders that may wait for a decision at once. Beyond `regular` those of regular shoppers are turned away, beyond `premium` all:
 * premium shoppers are shed last (source 4129-4133). At 1,000 orders/s, 2,000 who wait are two seconds: whoever comes then is
 * better told to come again than kept.
 */
export const room = { regular: 1_400, premium: 2_000 } as const;

/** What a shopper who is turned away is told to wait, seconds. */
export const retryAfterSeconds = 1;

/** Answers that are remembered, so that a second press is answered at once. */
export const rememberedAnswers = 50_000;

/** The broker takes what gathered so long in one request: nobody feels it, and at 1,000 orders/s it is twenty to a request. */
export const gatherMs = 20;

/** And gathers decisions so long before it answers. */
export const decisionsWaitMs = 40;

export const searchResults = 10;

/** Recommendations are cached once the engine takes longer than a page may, or so many ask it at once. */
export const recommendation = { withinMs: 200, atOnce: 16, remembered: 10_000 } as const;
