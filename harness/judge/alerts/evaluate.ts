import { sqlText } from '../../domains/sql.ts';
import type { DrillRecord } from '../../history/drill-record.ts';
import type { History } from '../../history/reader.ts';
import { isStore } from '../coverage.ts';
import { storyBeganAt } from '../drill-times.ts';
import type { AlertRule } from './rules.ts';

/** One alert for one subject, from firing until the condition ended; µs since the epoch. */
export interface Firing {
  readonly rule: AlertRule;
  /** Empty if the rule covers all subjects together. */
  readonly subject: string;
  readonly firesAt: number;
  /** Null if it was still firing when the load ended. */
  readonly until: number | null;
  /** The value furthest beyond the threshold. */
  readonly worst: number;
}

export interface Alerts {
  /** By time, then by name and subject. */
  readonly firings: readonly Firing[];
  /** Names of the rules that had any samples; of the others nothing is known. */
  readonly watched: ReadonlySet<string>;
}

/** A sample is valid until the next one, and no longer than this: a probe may take a second to find a store down. */
const staleAfterMs = 2_500;
/** Per rule: a day of one that flaps every second. */
const mostFirings = 100_000;

/** What would have fired between the warm-up and the end of the load; the drain is not monitored. */
export async function evaluateAlerts(history: History, rules: readonly AlertRule[]): Promise<Alerts> {
  const firings: Firing[] = [];
  const watched = new Set<string>();
  for (const rule of rules) {
    const over = divisorOf(rule, history.drill);
    if (over === null || !history.probes.has(rule.probe)) continue;
    const rows = await history.rows<FiringRow>(firingsSql(rule, over, history.drill));
    if ((rows[0]?.samples ?? 0) > 0) watched.add(rule.name);
    for (const { subject, fires_at, until, worst } of rows)
      if (fires_at !== null) firings.push({ rule, subject, firesAt: fires_at, until, worst });
  }
  return { firings: firings.toSorted(byTime), watched };
}

const byTime = (a: Firing, b: Firing): number =>
  a.firesAt - b.firesAt || compare(a.rule.name, b.rule.name) || compare(a.subject, b.subject);
const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

interface FiringRow {
  readonly samples: number;
  readonly subject: string;
  /** Null in the one row of a rule that has samples but never fires. */
  readonly fires_at: number | null;
  readonly until: number | null;
  readonly worst: number;
}

/** What a rule's values are divided by (SQL); null if the drill does not have it and the rule cannot be evaluated. */
function divisorOf({ over }: AlertRule, { target, phases, scenario }: DrillRecord): string | null {
  if (over === undefined) return '1';
  if (over === 'memoryLimitMiB') return memoryLimit(target);
  const rates = phases.map(({ arrivals, startsAt, endsAt }) => arrivals / ((endsAt - startsAt) / 1e6));
  const operationsEach = 1 + Object.values(scenario.mix).reduce((sum, share) => sum + share, 0);
  const peak = Math.max(0, ...rates.filter(Number.isFinite)) * operationsEach;
  return peak > 0 ? String(peak) : null;
}

/** Per process; older histories have only the largest limit. */
function memoryLimit({ memoryLimits, memoryLimitMiB }: DrillRecord['target']): string | null {
  if (memoryLimits === undefined) return memoryLimitMiB === null ? null : String(memoryLimitMiB);
  const limits = Object.entries(memoryLimits).flatMap(([name, limit]) =>
    limit === null ? [] : [[name, limit] as const],
  );
  if (limits.length === 0) return null;
  return `CASE subject ${limits.map(([name, limit]) => `WHEN ${sqlText(name)} THEN ${limit}`).join(' ')} END`;
}

const isProcess = `subject IN (SELECT subject FROM samples WHERE probe = 'memory')`;
const subjectsOf: Readonly<Record<AlertRule['subjects'], string>> = {
  store: isStore,
  process: isProcess,
  dependency: `NOT ${isStore} AND NOT ${isProcess}`,
  all: 'true',
  any: 'true',
};

/** The expression that is compared with the threshold, over one subject's samples in time order. */
function compared({ aggregate, windowMs = 0 }: AlertRule): string {
  const window = `OVER (PARTITION BY subject ORDER BY "at" RANGE BETWEEN ${windowMs * 1000} PRECEDING AND CURRENT ROW)`;
  if (aggregate === 'value') return 'sampled';
  if (aggregate === 'shareOfMost') return `sampled / nullif(max(sampled) ${window}, 0)`;
  // A counter that restarts with its process has not grown; a window with one sample shows nothing.
  return `greatest(sampled - first_value(sampled) ${window}, 0) / nullif(("at" - min("at") ${window}) / 1e6, 0)`;
}

function firingsSql(rule: AlertRule, over: string, drill: DrillRecord): string {
  const { sense, threshold, forMs } = rule;
  const worst = sense === 'above' ? 'max' : 'min';
  const stale = staleAfterMs * 1000;
  const [from, to] = [storyBeganAt(drill), drill.loadEndedAt];
  const together = rule.subjects === 'all';
  return `
    WITH looks AS (
      SELECT ${together ? "''" : "coalesce(subject, '')"} AS subject, "at", ${worst}(value) AS sampled
      FROM samples WHERE probe = ${sqlText(rule.probe)} AND value IS NOT NULL AND "at" >= ${from} AND "at" < ${to}
        AND ${subjectsOf[rule.subjects]}
      GROUP BY 1, 2
    ), judged AS (
      SELECT subject, "at", ${compared(rule)} / ${over} AS value FROM looks
    ), states AS (
      SELECT subject, "at", value, coalesce(value ${sense === 'above' ? '>' : '<'} ${threshold}, false) AS bad,
        coalesce(lag(bad) OVER upto AND "at" - lag("at") OVER upto <= ${stale}, false) AS was_bad,
        lead("at") OVER upto AS next_at
      FROM judged WINDOW upto AS (PARTITION BY subject ORDER BY "at")
    ), islands AS (
      SELECT subject, "at", value, next_at, count(*) FILTER (NOT was_bad) OVER (PARTITION BY subject ORDER BY "at") AS island
      FROM states WHERE bad
    ), begun AS (
      SELECT *, min("at") OVER (PARTITION BY subject, island) AS begun_at FROM islands
    ), firings AS (
      SELECT subject, min("at") FILTER ("at" >= begun_at + ${forMs * 1000}) AS fires_at,
        max(least(coalesce(next_at, ${to}), "at" + ${stale})) AS until, ${worst}(value) AS worst
      FROM begun GROUP BY subject, island HAVING fires_at IS NOT NULL
    )
    SELECT (SELECT count(*) FROM looks) AS samples, subject, fires_at, CASE WHEN until < ${to} THEN until END AS until, worst
    FROM (SELECT 1) LEFT JOIN firings ON true ORDER BY fires_at, subject LIMIT ${mostFirings}`;
}
