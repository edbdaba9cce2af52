/** The value in the middle, the mean of both where there are two; null of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const [upper, lower] = [sorted[half], sorted[sorted.length % 2 === 1 ? half : half - 1]];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/** The median absolute deviation from the median, not scaled to a standard deviation; null of nothing. */
export function medianAbsoluteDeviation(values: readonly number[]): number | null {
  const middle = median(values);
  return middle === null ? null : median(values.map((value) => Math.abs(value - middle)));
}
