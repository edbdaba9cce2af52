import { criticalT, upperTailOfT } from './student-t.ts';

/** Pairs of one metric, as the logarithms of head ÷ base. */
export interface PairedChange {
  readonly pairs: number;
  readonly mean: number;
  /** Sample standard deviation; null of one pair. */
  readonly deviation: number | null;
}

export function pairedChange(logRatios: readonly number[]): PairedChange {
  const pairs = logRatios.length;
  const mean = logRatios.reduce((sum, one) => sum + one, 0) / pairs;
  if (pairs < 2) return { pairs, mean, deviation: null };
  const squares = logRatios.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return { pairs, mean, deviation: Math.sqrt(squares / (pairs - 1)) };
}

/** How far the mean may be from the truth, one-sided, with probability `tail`: the bounds are mean ± it. Infinite of one pair. */
export const reachOf = ({ pairs, deviation }: Omit<PairedChange, 'mean'>, tail: number): number =>
  deviation === null ? Number.POSITIVE_INFINITY : (criticalT(tail, pairs - 1) * deviation) / Math.sqrt(pairs);

/** One-sided p-value of the hypothesis that the true change is at most `limit`, by the paired t-test. */
export function pAbove({ pairs, mean, deviation }: PairedChange, limit: number): number {
  if (deviation === null) return 1;
  if (deviation === 0) return mean > limit ? 0 : 1;
  return upperTailOfT((mean - limit) / (deviation / Math.sqrt(pairs)), pairs - 1);
}

/** `power` is the chance to find what is there. */
interface Asked {
  readonly tail: number;
  readonly power: number;
}

/**
 * By how much (in logarithms) the truth must lie beyond a limit so that `pairs` pairs find it with that power: the quantiles of the test
 * and of the power add up, which is a little more than the exact non-central t asks for.
 */
export const findable = (deviation: number, pairs: number, { tail, power }: Asked): number =>
  ((criticalT(tail, pairs - 1) + criticalT(1 - power, pairs - 1)) * deviation) / Math.sqrt(pairs);

/** The fewest pairs that find what lies `beyond` the limit with that power; null where `most` do not. */
export function pairsToFind(beyond: number, deviation: number, asked: Asked, most = 1_000): number | null {
  if (findable(deviation, most, asked) > beyond) return null;
  let [fewest, enough] = [2, most];
  while (fewest < enough) {
    const pairs = Math.floor((fewest + enough) / 2);
    if (findable(deviation, pairs, asked) <= beyond) enough = pairs;
    else fewest = pairs + 1;
  }
  return enough;
}
