/** Student's t distribution for whole degrees of freedom: finite sums, exact to rounding (Abramowitz and Stegun 26.7.3 and 26.7.4). */

/** P(T > `t`) with `freedom` degrees of freedom, a whole number of at least 1. */
export function upperTailOfT(t: number, freedom: number): number {
  if (t === Number.POSITIVE_INFINITY) return 0;
  if (t === Number.NEGATIVE_INFINITY) return 1;
  const within = centralOfT(Math.abs(t), freedom);
  return t >= 0 ? (1 - within) / 2 : (1 + within) / 2;
}

/** P(|T| ≤ `t`). */
function centralOfT(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k < freedom; k += 2) {
    term *= ((k - 1) / k) * cosine * cosine;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}

const bisections = 100;
const furthest = 1e6;
const near = 1e-12;

/** The t that T exceeds with probability `tail` (0.01 for a one-sided 99 % bound). */
export function criticalT(tail: number, freedom: number): number {
  if (tail > 0.5) return -criticalT(1 - tail, freedom);
  let [low, high] = [0, furthest];
  for (let step = 0; step < bisections && high - low > near * high; step += 1) {
    const middle = (low + high) / 2;
    if (upperTailOfT(middle, freedom) > tail) low = middle;
    else high = middle;
  }
  return high;
}
