import { median, medianAbsoluteDeviation } from '../statistics/median.ts';
import type { CapacityHold, CapacityJson, HoldSeries } from './capacity-shape.ts';

/** So far above what it was in holds that passed, and for so long, has a resource left its range. */
const deviations = 5;
const consecutive = 3;
/** A resource that never moved has no deviation: below these it is not said to have left its range. */
const leastRise: Readonly<Record<string, number>> = {
  ms: 2,
  share: 0.05,
  cores: 0.1,
  MiB: 8,
  'MiB/s': 2,
  transactions: 1,
};
const leastShare = 0.1;
/** Passing holds that say what is usual: those of the highest rates. */
const compared = 4;

interface Onset {
  readonly resource: string;
  readonly unit: string;
  /** Seconds from the first phase on. */
  readonly at: number;
  readonly value: number;
  /** What it stayed below in the holds that passed. */
  readonly limit: number;
}

/** When each resource of a failing hold left the range that it had in those that passed, the first first; those that did not are not there. */
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

/** What broke first, of the failing hold of the lowest rate; nothing where no hold failed, or where none passed to compare it with. */
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
