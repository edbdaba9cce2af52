import { holm } from '../statistics/holm.ts';
import {
  findable,
  pAbove,
  pairedChange,
  type PairedChange,
  pairsToFind,
  reachOf,
} from '../statistics/paired-change.ts';
import { logRatio, type Metric, metrics } from './metrics.ts';
import type { SideRun } from './side-run.ts';

/** One drill of each side, with the same seed. */
export interface Pair {
  readonly seed: number;
  readonly base: SideRun;
  readonly head: SideRun;
}

export type Answer = 'worse' | 'not worse' | 'inconclusive' | 'not measured' | 'not gated';

export interface MetricResult {
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  readonly answer: Answer;
  /** Medians of the drills; null where it was not measured. */
  readonly base: number | null;
  readonly head: number | null;
  /** Change for the worse (0.1: 10 % worse), its 99 % bounds, and the margin; null where it was not measured, or has no bound. */
  readonly change: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly margin: number | null;
  /** Standard deviation of a pair's log ratio, about the relative noise of a pair. */
  readonly noise: number | null;
  readonly pairs: number;
  /** The smallest change beyond the margin that so many pairs find in nine of ten gates. */
  readonly finds: number | null;
  /** Pairs that are still needed for an answer; null where it has one, or more than 200 would not give it. */
  readonly needs: number | null;
  readonly why: string;
}

/** Chance of a false alarm, over all that one gate asks. */
export const alpha = 0.01;
const power = 0.9;
const mostPairs = 200;
const inPercent = (log: number): number => Math.expm1(log);

/** `5 %`, `0.4 %`. */
export const percent = (share: number): string =>
  `${(share * 100).toFixed(Math.abs(share) < 0.0995 ? 1 : 0).replace(/\.0$/, '')} %`;

/**
 * Every metric's answer: *worse* where the 99 % lower bound of its change lies beyond its margin, also after Holm over all metrics and
 * the `others` that the gate asks; *not worse* where the 99 % upper bound lies within. `marginOf` gives null for what shall not gate.
 */
export function compareMetrics(
  pairs: readonly Pair[],
  marginOf: (metric: Metric) => number | null,
  others: readonly number[] = [],
): { readonly metrics: readonly MetricResult[]; readonly adjusted: readonly number[] } {
  const measured = metrics.map((metric) => ({ metric, margin: marginOf(metric), ...measure(metric, pairs) }));
  const asked = measured.filter(({ change, margin }) => change !== null && margin !== null);
  const pValues = asked.map(({ change, margin }) => (change === null ? 1 : pAbove(change, Math.log1p(margin ?? 0))));
  const adjusted = holm([...pValues, ...others]);
  const results = measured.map((one): MetricResult => {
    const index = asked.indexOf(one);
    return resultOf(one, index < 0 ? null : (adjusted[index] ?? 1), asked.length + others.length);
  });
  return { metrics: results, adjusted: adjusted.slice(asked.length) };
}

interface Measured {
  readonly metric: Metric;
  readonly margin: number | null;
  readonly base: number | null;
  readonly head: number | null;
  /** Of log ratios; null where no pair measured it. */
  readonly change: PairedChange | null;
  readonly setAside: number;
}

function measure(metric: Metric, pairs: readonly Pair[]): Omit<Measured, 'metric' | 'margin'> {
  const usable = metric.needsLoad
    ? pairs.filter(({ base, head }) => base.generator.keptUp && head.generator.keptUp)
    : pairs;
  const ratios = usable.map(({ base, head }) => logRatio(metric, base, head)).filter((ratio) => ratio !== null);
  return {
    base: median(pairs.map(({ base }) => metric.of(base))),
    head: median(pairs.map(({ head }) => metric.of(head))),
    change: ratios.length === 0 ? null : pairedChange(ratios),
    setAside: pairs.length - usable.length,
  };
}

function median(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

function resultOf(one: Measured, p: number | null, asked: number): MetricResult {
  const { metric, margin, base, head, change, setAside } = one;
  const about = {
    name: metric.name,
    label: metric.label,
    unit: metric.unit,
    better: metric.better,
    base,
    head,
    margin,
  };
  const none = { change: null, lower: null, upper: null, noise: null, finds: null, needs: null };
  if (change === null) {
    const why =
      setAside > 0 ? 'the generator fell behind in every pair' : `not measured at ${base === null ? 'base' : 'head'}`;
    return { ...about, ...none, pairs: 0, answer: 'not measured', why };
  }
  const reach = reachOf(change, alpha);
  const told = {
    ...about,
    pairs: change.pairs,
    change: inPercent(change.mean),
    lower: Number.isFinite(reach) ? inPercent(change.mean - reach) : null,
    upper: Number.isFinite(reach) ? inPercent(change.mean + reach) : null,
    noise: change.deviation,
    finds:
      change.deviation === null ? null : inPercent(findable(change.deviation, change.pairs, { tail: alpha, power })),
    needs: null,
  };
  if (margin === null) return { ...told, answer: 'not gated', why: 'shown only' };
  const limit = Math.log1p(margin);
  if (p !== null && p <= alpha && change.mean - reach > limit)
    return {
      ...told,
      answer: 'worse',
      why: `at least ${percent(told.lower ?? 0)} worse; the margin is ${percent(margin)}`,
    };
  if (change.mean + reach <= limit)
    return {
      ...told,
      answer: 'not worse',
      why: `at most ${percent(Math.max(0, told.upper ?? 0))} worse; the margin is ${percent(margin)}`,
    };
  return { ...told, answer: 'inconclusive', ...undecided(metric, change, limit, asked) };
}

/** How many more pairs it takes, if the change and the noise are as they seem. */
function undecided(
  { name }: Metric,
  change: PairedChange,
  limit: number,
  asked: number,
): Pick<MetricResult, 'needs' | 'why'> {
  const { deviation, mean, pairs } = change;
  if (deviation === null) return { needs: null, why: 'one pair shows no noise' };
  const tail = mean > limit ? alpha / Math.max(1, asked) : alpha;
  const all = pairsToFind(Math.abs(limit - mean), deviation, { tail, power }, mostPairs);
  const noise = `a pair varies by ${percent(deviation)}`;
  if (all === null)
    return {
      needs: null,
      why: `${noise}: ${mostPairs} pairs would not be enough; widen its margin, or leave it out: --margin ${name}=off`,
    };
  const needs = Math.max(1, all - pairs);
  return { needs, why: `${noise}: needs ${needs} more pair${needs === 1 ? '' : 's'}` };
}
