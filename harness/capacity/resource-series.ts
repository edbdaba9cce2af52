import { sqlList } from '../domains/sql.ts';
import type { History } from '../history/reader.ts';
import { firstSecondAt } from '../judge/drill-times.ts';
import type { HoldSeries } from './capacity-shape.ts';

/** Resources that a pipeline may exhaust, by probe. */
const probes = [
  'connections',
  'lockWaits',
  'memory',
  'poolWaiting',
  'poolUsed',
  'roundTrip',
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

/**
 * Every resource sampled in the hold, as means per second; `postgres:main connections`, `machine fsync`. CPU of a process, which is
 * sampled as its total since its start, is in cores.
 */
export async function resourceSeries(history: History): Promise<HoldSeries[]> {
  const zero = firstSecondAt(history.drill);
  const rows = await history.rows<{ resource: string; unit: string; second: number; value: number }>(`
    WITH seen AS (
      SELECT "at", probe = 'cpu' AS is_cpu, unit, value,
        CASE WHEN probe = 'machine' THEN 'machine ' || subject ELSE coalesce(subject || ' ', '') || probe END AS resource,
        1000 * (value - lag(value) OVER each) / nullif("at" - lag("at") OVER each, 0) AS cores
      FROM samples
      WHERE value IS NOT NULL AND (probe IN ${sqlList([...probes, 'cpu'])} OR (probe = 'machine' AND subject IN ${sqlList(ofTheMachine)}))
      WINDOW each AS (PARTITION BY probe, subject ORDER BY "at")
    )
    SELECT resource, CASE WHEN is_cpu THEN 'cores' ELSE any_value(unit) END AS unit,
      (("at" - ${zero}) // 1000000)::INTEGER AS second, avg(CASE WHEN is_cpu THEN cores ELSE value END) AS value
    FROM seen WHERE "at" >= ${zero} GROUP BY resource, is_cpu, second ORDER BY resource, second`);
  const told = rows.filter(({ value }) => value !== null && value >= 0);
  return [...Map.groupBy(told, ({ resource }) => resource)].map(([resource, all]) => ({
    resource,
    unit: all[0]?.unit ?? '',
    points: all.map(({ second, value }) => [second, Number(value.toPrecision(5))] as const),
  }));
}
