/**
 * For an invariant that rests on the order of brokers' stamps: a reason why it is not known to hold, where these are seen to be
 * more than a millisecond apart. Its counterexamples allow for as much, and stand.
 */
export const brokersApart = `
    SELECT 'the clocks of the brokers differ by ' || round(brokers_apart / 1000, 1) || ' ms, and it rests on their order' AS reason
    FROM clocks WHERE brokers_apart > 1000`;
