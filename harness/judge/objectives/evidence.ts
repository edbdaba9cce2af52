/** How many values a bound needs, and when fewer are enough. */

/** Values needed to judge a quantile: ten beyond it, so that one straggler does not decide. */
export const valuesFor = (quantile: number): number => Math.ceil(10 / (1 - quantile) - 1e-6);

/** No share is judged by fewer values than this. */
const fewest = 100;
/** No number of values shows that none is ever bad; this many stand for it. */
const forNone = 30_000;

/**
 * Values needed to show that at most this share is bad. Rule of three: n values without a bad one show, with 95 % confidence, a
 * share below 3 / n. 3,000 for 99.9 %, 30,000 for 99.99 %.
 */
export const valuesForShare = (allowedShare: number): number =>
  allowedShare <= 0 ? forNone : Math.max(fewest, Math.ceil(3 / allowedShare - 1e-6));

/** A bound is certainly missed if chance would bring so many bad values less often than this. */
const chance = 0.01;

/** Whether so many bad values of n are no chance if the true share were exactly the allowed one (binomial). */
export function isNoChance(bad: number, n: number, allowedShare: number): boolean {
  if (bad <= n * allowedShare) return false;
  if (allowedShare <= 0) return true;
  const odds = Math.log(allowedShare) - Math.log1p(-allowedShare);
  let term = n * Math.log1p(-allowedShare);
  let fewer = 0;
  for (let count = 0; count < bad; count++) {
    fewer += Math.exp(term);
    term += Math.log((n - count) / (count + 1)) + odds;
  }
  return 1 - fewer < chance;
}
