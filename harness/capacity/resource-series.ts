import { sqlList } from '../domains/sql.ts';
import type { History } from '../history/reader.ts';
import { firstSecondAt } from '../judge/drill-times.ts';
import type { HoldSeries } from './capacity-shape.ts';

/** Resources that a pipeline may exhaust, by probe. */
const probes = [
  'cpu',
  'connections',
  'lockWaits',
  'memory',
  'poolWaiting',
  'poolUsed',
  'roundTrip',
  'eventLoop',
  'breakersOpen',
  'rebalance',
];
const ofTheMachine = [
  'own-cpu',
  'kernel-cpu',
  'steal',
  'pressure-cpu',
  'pressure-io',
  'pressure-memory',
  'throttled',
  'written',
  'fsync',
  'swap',
];

/** Every resource sampled in the hold, as means per second; `postgres:main connections`, `machine fsync`. */
export async function resourceSeries(history: History): Promise<HoldSeries[]> {
  const zero = firstSecondAt(history.drill);
  const rows = await history.rows<{ resource: string; unit: string; second: number; value: number }>(`
    SELECT coalesce(subject, '') || ' ' || probe AS resource, any_value(unit) AS unit,
      (("at" - ${zero}) // 1000000)::INTEGER AS second, avg(value) AS value
    FROM samples
    WHERE value IS NOT NULL AND "at" >= ${zero} AND (probe IN ${sqlList(probes)} OR (probe = 'machine' AND subject IN ${sqlList(ofTheMachine)}))
    GROUP BY ALL ORDER BY resource, second`);
  return [...Map.groupBy(rows, ({ resource }) => resource)].map(([resource, all]) => ({
    resource: resource.trim(),
    unit: all[0]?.unit ?? '',
    points: all.map(({ second, value }) => [second, Number(value.toPrecision(5))] as const),
  }));
}
