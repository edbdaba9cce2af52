/** Tolerated difference between two clocks, µs; beyond it a time between them means nothing. */
export const clockToleranceMicros = 1_000;

/**
 * SQL with one column `reason`: why an invariant that rests on the order of brokers' timestamps is not known to hold, if their
 * clocks are seen to differ. Its counterexamples allow for the difference, and stand.
 */
export const brokersApart = `
    SELECT 'the clocks of the brokers differ by ' || round(brokers_apart / 1000, 1) || ' ms, and this invariant depends on their order' AS reason
    FROM clocks WHERE brokers_apart > ${clockToleranceMicros}`;
