import { median, medianAbsoluteDeviation } from '../statistics/median.ts';
import type { CapacityHold, CapacityJson, HoldSeries } from './capacity-shape.ts';

/** How far above its values in passing holds, and for how long, a resource must be to have left its range. */
const deviations = 5;
const consecutive = 3;
/** A resource that never moved has no deviation: below these values it has not left its range. */
const leastRise: Readonly<Record<string, number>> = {
  ms: 2,
  share: 0.05,
  cores: 0.1,
  MiB: 8,
  'MiB/s': 2,
  transactions: 1,
};
const leastShare = 0.1;
/** Passing holds that define the usual range: those with the highest rates. */
const compared = 4;

interface Onset {
  readonly resource: string;
  readonly unit: string;
  /** Seconds from the first phase on. */
  readonly at: number;
  readonly value: number;
  /** Its upper limit in the passing holds. */
  readonly limit: number;
}

/** When each resource of a failing hold left its range in the passing ones, earliest first; omits those that did not. */
function onsetsOf(failing: readonly HoldSeries[], passing: readonly (readonly HoldSeries[])[], from: number): Onset[] {
  return failing
    .flatMap((series) => {
      const usual = passing
        .flatMap((all) => all.filter(({ resource }) => resource === series.resource))
        .flatMap(({ points }) => points.filter(([second]) => second >= from).map(([, value]) => value));
      return onsetOf(series, usual, from) ?? [];
    })
    .toSorted((a, b) => a.at - b.at || b.value / b.limit - a.value / a.limit);
}

function onsetOf({ resource, unit, points }: HoldSeries, usual: readonly number[], from: number): Onset | undefined {
  const [middle, deviation] = [median(usual), medianAbsoluteDeviation(usual)];
  if (middle === null || deviation === null || usual.length < consecutive) return undefined;
  const limit = middle + Math.max(deviations * deviation, leastRise[unit] ?? 0, leastShare * Math.abs(middle));
  const seen = points.filter(([second]) => second >= from);
  const index = seen.findIndex((_, at) => {
    const run = seen.slice(at, at + consecutive);
    return run.length === consecutive && run.every(([, value]) => value > limit);
  });
  const [at, value] = seen[index] ?? [];
  return at === undefined || value === undefined ? undefined : { resource, unit, at, value, limit };
}

/** What broke first in the failing hold with the lowest rate; empty if no hold failed, or none passed for comparison. */
export function breaksOf(holds: readonly CapacityHold[], from: number): Pick<CapacityJson, 'firstBreak' | 'breaks'> {
  const passing = holds
    .filter(({ verdict }) => verdict === 'held')
    .toSorted((a, b) => b.perSecond - a.perSecond)
    .slice(0, compared);
  const [failing] = holds.filter(({ verdict }) => verdict === 'failed').toSorted((a, b) => a.perSecond - b.perSecond);
  if (failing === undefined || passing.length === 0) return { firstBreak: null, breaks: [] };
  const onsets = onsetsOf(
    failing.series,
    passing.map(({ series }) => series),
    from,
  );
  const lead = (at: number) => (failing.missedAt === null ? null : failing.missedAt - at);
  const [first] = onsets;
  return {
    firstBreak:
      first === undefined
        ? null
        : {
            resource: first.resource,
            leadSeconds: lead(first.at),
            value: first.value,
            limit: first.limit,
            unit: first.unit,
          },
    breaks: onsets.map(({ resource, at }) => ({ resource, at, leadSeconds: lead(at) })),
  };
}
