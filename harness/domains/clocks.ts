/**
 * For an invariant that rests on the order of brokers' stamps: a reason why it is not known to hold, where these are seen to be
 * more than a millisecond apart and what would stand all the same (a table of counterexamples) is empty.
 */
export const brokersApart = (counterexamples: string): string => `
    SELECT 'the clocks of the brokers differ by ' || round(brokers_apart / 1000, 1) || ' ms, and it rests on their order' AS reason
    FROM clocks WHERE brokers_apart > 1000 AND NOT EXISTS (FROM ${counterexamples})`;
