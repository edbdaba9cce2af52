/**
 * P-value of having seen `more` misses more at head than at base in `each` drills of each, where both miss alike: at most this, whatever
 * their chance to miss, which is worst at one half. There head's misses and base's hits add up to a binomial of all drills.
 */
export function pOfMoreMisses(more: number, each: number): number {
  if (more <= 0) return 1;
  const all = 2 * each;
  let p = 0;
  for (let hits = each + more; hits <= all; hits += 1) p += Math.exp(logChoose(all, hits) - all * Math.LN2);
  return Math.min(1, p);
}

function logChoose(n: number, k: number): number {
  let log = 0;
  for (let step = 1; step <= k; step += 1) log += Math.log((n - k + step) / step);
  return log;
}
