import { median } from './median.ts';

/** The one-sided 95 % point of the normal distribution. */
const z95 = 1.645;
/** Fewer points than this say nothing of a slope: not even all pairs rising would be significant. */
const fewest = 4;

interface Slope {
  /** The median of the slopes of all pairs. */
  readonly slope: number;
  /** With 95 % confidence the slope is no lower; −Infinity where there are too few points to say. */
  readonly low: number;
}

/**
 * The Theil–Sen slope of `points` (x, y) with the one-sided 95 % lower bound that follows from Kendall's distribution (Sen 1968; the
 * normal approximation, corrected for ties of y). A few outliers do not move it. Null where no two points differ in x.
 */
export function theilSen(points: readonly (readonly [x: number, y: number])[]): Slope | null {
  const slopes: number[] = [];
  points.forEach(([x, y], index) => {
    for (const [otherX, otherY] of points.slice(index + 1)) if (otherX !== x) slopes.push((otherY - y) / (otherX - x));
  });
  const slope = median(slopes);
  if (slope === null) return null;
  if (points.length < fewest) return { slope, low: Number.NEGATIVE_INFINITY };
  const reach = z95 * Math.sqrt(kendallVariance(points.map(([, y]) => y)));
  const rank = Math.floor((slopes.length - reach) / 2);
  return { slope, low: slopes.toSorted((a, b) => a - b)[rank - 1] ?? Number.NEGATIVE_INFINITY };
}

const term = (n: number): number => n * (n - 1) * (2 * n + 5);

/** The variance of Kendall's S where there is no trend. */
function kendallVariance(values: readonly number[]): number {
  const ties = [...Map.groupBy(values, (value) => value).values()].map(({ length }) => term(length));
  return (term(values.length) - ties.reduce((sum, one) => sum + one, 0)) / 18;
}
