import type { CapacityHold, CapacityJson } from './capacity-shape.ts';

/**
 * A limit for each goal from all holds: the highest rate at which it was kept, below the lowest at which more than half of the
 * holds missed it.
 */
export function goalLimits(holds: readonly Pick<CapacityHold, 'perSecond' | 'goals'>[]): CapacityJson['goals'] {
  const names = [...new Set(holds.flatMap(({ goals }) => goals.map(({ name }) => name)))];
  const byRate = [...Map.groupBy(holds, ({ perSecond }) => perSecond)].toSorted(([a], [b]) => a - b);
  return names.map((name) => {
    const told = byRate.flatMap(([perSecond, all]) => {
      const verdicts = all.flatMap(({ goals }) =>
        goals.filter((goal) => goal.name === name).map(({ verdict }) => verdict),
      );
      const [kept, missed] = [count(verdicts, 'pass'), count(verdicts, 'fail')];
      return kept === missed ? [] : [{ perSecond, isKept: kept > missed }];
    });
    const failed = told.find(({ isKept }) => !isKept)?.perSecond ?? null;
    const held = told.findLast(({ perSecond, isKept }) => isKept && (failed === null || perSecond < failed));
    return { name, heldPerSecond: held?.perSecond ?? null, failedPerSecond: failed };
  });
}

const count = (verdicts: readonly string[], of: string): number => verdicts.filter((verdict) => verdict === of).length;
