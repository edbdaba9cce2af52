import type { SearchedHold } from './searched-hold.ts';

/**
 * How much two holds at one rate may differ: the logistic scale of a hold's own capacity around the true one, as a share; a
 * hold's standard deviation is 1.8 times that. All are equally likely a priori: a dozen holds cannot tell.
 */
const scales = [0.002, 0.005, 0.01, 0.02, 0.04, 0.08];
const mass = 0.95;
const step = 0.002;
/** How far from the edge to search, as logs. */
const reach = 0.35;

type Hold = Pick<SearchedHold, 'perSecond' | 'verdict'>;

/**
 * The 95 % interval of the capacity, the rate at which half of all holds would fail, per second: the middle of the posterior over
 * rates and noise scales, given every hold. An end is null if nothing bounds it: no hold failed, or none held.
 */
export function capacityInterval(holds: readonly Hold[]): readonly [low: number | null, high: number | null] {
  const told = holds.filter(({ verdict }) => verdict !== 'inconclusive');
  const logs = (verdict: Hold['verdict']) =>
    told.flatMap((hold) => (hold.verdict === verdict ? Math.log(hold.perSecond) : []));
  const [held, failed] = [logs('held'), logs('failed')];
  if (held.length === 0 || failed.length === 0)
    return [held.length > 0 ? Math.round(Math.exp(Math.max(...held))) : null, null];
  const [from, to] = [Math.min(...failed, ...held.slice(-1)) - reach, Math.max(...held, Math.min(...failed)) + reach];
  const points = Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => {
    const at = from + index * step;
    return { at, weight: scales.reduce((sum, scale) => sum + Math.exp(logLikelihood(told, at, scale)), 0) };
  });
  const total = points.reduce((sum, { weight }) => sum + weight, 0);
  const quantile = (share: number): number => {
    let before = 0;
    const found = points.find(({ weight }) => (before += weight) >= share * total);
    return Math.round(Math.exp(found?.at ?? to));
  };
  return [quantile((1 - mass) / 2), quantile((1 + mass) / 2)];
}

/** The likelihood of these verdicts if `at` were the log of the capacity. */
function logLikelihood(holds: readonly Hold[], at: number, scale: number): number {
  let sum = 0;
  for (const { perSecond, verdict } of holds) {
    const distance = (at - Math.log(perSecond)) / scale;
    // −log of the logistic function, in a form that does not overflow.
    sum -= Math.log1p(Math.exp(-Math.abs(distance))) + Math.max(0, verdict === 'held' ? -distance : distance);
  }
  return sum;
}
