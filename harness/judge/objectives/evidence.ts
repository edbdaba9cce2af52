/** How many values a bound calls for, and when fewer say enough. */

/** Values needed to speak of a quantile: ten beyond it, so that one straggler does not decide. */
export const valuesFor = (quantile: number): number => Math.ceil(10 / (1 - quantile) - 1e-6);

/** No share, however small, is judged by fewer. */
const fewest = 100;
/** No number of values shows that none is ever bad; so many stand for it. */
const forNone = 30_000;

/**
 * Values needed to show that at most so large a share is bad: by the rule of three, of n values without a bad one the share is below
 * 3 / n with 95 % confidence. 3,000 for 99.9 %, 30,000 for 99.99 %.
 */
export const valuesForShare = (allowedShare: number): number =>
  allowedShare <= 0 ? forNone : Math.max(fewest, Math.ceil(3 / allowedShare - 1e-6));

/** A bound is missed for sure where chance would bring so many bad ones about less often than this. */
const chance = 0.01;

/** Whether so many bad ones of n are no chance, were the true share of bad ones just the one that is allowed (binomial). */
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
