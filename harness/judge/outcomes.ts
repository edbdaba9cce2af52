import type { Domain } from '../domains/domain.ts';
import { sqlList, sqlText } from '../domains/sql.ts';
import type { DrillRecord } from '../history/drill-record.ts';
import type { History } from '../history/reader.ts';
import { inOvertime } from './fault-account.ts';
import type { SecondResult, ServiceCounts, ServiceResult } from './judgement.ts';
import { firstSecondAt, storyBeganAt } from './drill-times.ts';

/**
 * A customer's patience: a later decision counts as timed out. The source calls the incident's "5+ seconds" of order processing
 * the failure that the next year fixed (4250).
 */
const usualWaitMs = 5_000;
/**
 * Operations due this long before a fault's overtime may have gone unserved because of it. Where customers wait for minutes,
 * earlier ones had time enough.
 */
export const overtimeReachMs = usualWaitMs;
export const clientWaitsMs = ({ clientWaitsMs: own = usualWaitMs }: Domain): number => own;

/** Outcomes of an operation, in order of precedence; named like the counts of SecondResult. */
const outcome = (domain: Domain, from: 'planned_at' | 'sent_at' = 'planned_at'): string => `
  CASE WHEN NOT submitted AND answer IS DISTINCT FROM ${sqlText(domain.answers.shed)} THEN 'failed'
    WHEN op IN (SELECT op FROM wrong) THEN 'wrong'
    WHEN decided_at IS NULL OR decided_at - ${from} > ${clientWaitsMs(domain) * 1000} THEN 'timedOut'
    WHEN answer = ${sqlText(domain.answers.shed)} THEN 'shed'
    WHEN answer NOT IN ${sqlList(domain.answers.served)} THEN 'rejected'
    WHEN degraded THEN 'degraded' ELSE 'correct' END`;

/** Condition on `ops`: served well, in any mode. */
export const wellServed = (domain: Domain): string => `(${outcome(domain)}) IN ('correct', 'degraded')`;

/** The same, with the customer's patience starting at the hand-over. */
export const servedWellFrom = (from: 'sent_at', domain: Domain): string =>
  `(${outcome(domain, from)}) IN ('correct', 'degraded')`;

/**
 * Condition on `ops`: submitted and not served, though not answered wrongly, in a wait that overlapped overtime; `false` if there
 * was none.
 */
export function notServedInOvertime(drill: DrillRecord, domain: Domain): string {
  const overtime = inOvertime(drill, 'planned_at', overtimeReachMs * 1000);
  if (overtime === 'false') return 'false';
  return `(submitted AND ${overtime} AND (${outcome(domain)}) IN ('shed', 'rejected', 'timedOut'))`;
}

export const outcomes = ['correct', 'degraded', 'shed', 'rejected', 'wrong', 'timedOut', 'failed'] as const;

/** Latency of an operation, µs; infinite if never decided. */
export const latency = `coalesce((decided_at - planned_at)::DOUBLE, 'infinity'::DOUBLE)`;
export const served = (domain: Domain): string => `(answer IS NULL OR answer IN ${sqlList(domain.answers.served)})`;

/**
 * `wrong`: op, answered wrongly. `turned_away`: op, denied and not shown to be right. `service`: operations of the primary kind
 * by the second in which they were planned: second (from the start of the first phase), at (its start, µs), planned, q (p50 and
 * p99 latency, µs), outcomes (correct, degraded, shed, rejected, wrong, timedOut, failed), undecided, favoured, shedFavoured.
 */
export async function makeService(history: History, domain: Domain): Promise<void> {
  const from = firstSecondAt(history.drill);
  const counts = outcomes.map((name) => `count(*) FILTER (outcome = ${sqlText(name)}) AS "${name}"`);
  await history.run(`CREATE TABLE wrong AS SELECT DISTINCT op FROM (${domain.wrong}) WHERE op IS NOT NULL`);
  const notServed = `SELECT op FROM ops WHERE submitted AND answer NOT IN ${sqlList(domain.answers.served)}`;
  await history.run(`CREATE TABLE turned_away AS SELECT DISTINCT op FROM (${domain.turnedAway ?? notServed})`);
  await history.run(`
    CREATE TABLE service AS
    SELECT second, ${from} + second::BIGINT * 1000000 AS "at", count(*) AS planned,
      quantile_disc(latency, [0.5, 0.99]) FILTER (is_served) AS q, ${counts.join(', ')},
      count(*) FILTER (decided_at IS NULL) AS undecided, count(*) FILTER (favoured) AS favoured,
      count(*) FILTER (favoured AND outcome = 'shed') AS "shedFavoured"
    FROM (
      SELECT ((planned_at - ${from}) // 1000000)::INTEGER AS second, ${latency} AS latency, ${served(domain)} AS is_served,
        decided_at, favoured, ${outcome(domain)} AS outcome
      FROM ops WHERE kind = ${sqlText(domain.primaryKind)} AND planned_at >= ${from}
    ) GROUP BY second`);
}

/** Served well: the right answer within the customer's patience, in any mode. */
export const goodOf = ({ correct, degraded }: Pick<ServiceCounts, 'correct' | 'degraded'>): number =>
  correct + degraded;

/** The share of a second's planned operations that was served well; null if none was planned. */
export const goodShareOf = (second: Pick<SecondResult, 'planned' | 'correct' | 'degraded'>): number | null =>
  second.planned === 0 ? null : goodOf(second) / second.planned;

/** The whole drill's service, summed over its seconds without the warm-up. */
export function serviceOf(drill: DrillRecord, seconds: readonly SecondResult[], domain: Domain): ServiceResult {
  const zero = firstSecondAt(drill);
  const counted = seconds.filter(({ second }) => zero + second * 1e6 >= storyBeganAt(drill));
  const sum = (name: keyof ServiceCounts | 'planned' | 'favoured' | 'shedFavoured') =>
    counted.reduce((total, second) => total + second[name], 0);
  const planned = sum('planned');
  const counts = {
    correct: sum('correct'),
    degraded: sum('degraded'),
    shed: sum('shed'),
    rejected: sum('rejected'),
    wrong: sum('wrong'),
    timedOut: sum('timedOut'),
    failed: sum('failed'),
  };
  const [favoured, shedFavoured] = [sum('favoured'), sum('shedFavoured')];
  const [first, others] = domain.classes;
  return {
    planned,
    counts,
    goodShare: planned === 0 ? null : goodOf(counts) / planned,
    clientWaitsMs: clientWaitsMs(domain),
    byClass: {
      [first]: { planned: favoured, shed: shedFavoured },
      [others]: { planned: planned - favoured, shed: counts.shed - shedFavoured },
    },
  };
}
