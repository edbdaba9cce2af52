/**
 * Holm's adjusted p-values, in the order given: to reject what is at most α keeps the chance of any false rejection at or below α,
 * however the tests depend on one another.
 */
export function holm(pValues: readonly number[]): number[] {
  const byP = pValues.map((p, index) => ({ p, index })).toSorted((a, b) => a.p - b.p);
  const adjusted = Array.from(pValues, () => 1);
  let highest = 0;
  for (const [rank, { p, index }] of byP.entries()) {
    highest = Math.max(highest, Math.min(1, (pValues.length - rank) * p));
    adjusted[index] = highest;
  }
  return adjusted;
}
