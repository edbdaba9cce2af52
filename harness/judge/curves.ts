import type { Domain } from '../domains/domain.ts';
import { sqlText } from '../domains/sql.ts';
import type { History } from '../history/reader.ts';
import type { PhaseResult, SecondResult } from './judgement.ts';
import type { Machine } from './machine.ts';
import { firstSecondAt } from './drill-times.ts';
import { latency, outcomes, served } from './outcomes.ts';

/** A quantile in µs as milliseconds; null if nothing was measured or it is infinite. */
const millis = (micros: number | null | undefined): number | null =>
  micros === null || micros === undefined || !Number.isFinite(micros) ? null : micros / 1000;

/** Rates and latencies of the primary kind by phase. Rates count what happened during the phase. */
export async function phaseResults(history: History, domain: Domain): Promise<PhaseResult[]> {
  const { phases } = history.drill;
  const ofKind = `kind = ${sqlText(domain.primaryKind)}`;
  const answers = await history.rows<{ phase: string; answer: string | null; n: number; q: (number | null)[] }>(
    `SELECT phase::VARCHAR AS phase, answer::VARCHAR AS answer, count(*) AS n, quantile_disc(${latency}, [0.5, 0.99]) AS q
     FROM ops WHERE ${ofKind} GROUP BY ALL ORDER BY n DESC, answer`,
  );
  const quantiles = await history.rows<{ phase: string; q: (number | null)[] }>(
    `SELECT phase::VARCHAR AS phase, quantile_disc(${latency}, [0.5, 0.99, 0.999]) AS q
     FROM ops WHERE ${ofKind} AND ${served(domain)} GROUP BY ALL`,
  );
  const counts = phases.flatMap(({ startsAt, endsAt }, index) =>
    ['planned_at', 'sent_at', 'decided_at'].map(
      (time) => `count(*) FILTER (${time} >= ${startsAt} AND ${time} < ${endsAt}) AS ${time}_${index}`,
    ),
  );
  const [rates] = await history.rows<Record<string, number>>(
    `SELECT ${['count(*) AS n', ...counts].join(', ')} FROM ops WHERE ${ofKind}`,
  );
  return phases.map(({ name, startsAt, endsAt }, index) => {
    const perSecond = (time: string) => (rates?.[`${time}_${index}`] ?? 0) / ((endsAt - startsAt) / 1e6);
    const q = quantiles.find(({ phase }) => phase === name)?.q ?? [];
    return {
      name,
      plannedPerSecond: perSecond('planned_at'),
      sentPerSecond: perSecond('sent_at'),
      decidedPerSecond: perSecond('decided_at'),
      p50Ms: millis(q[0]),
      p99Ms: millis(q[1]),
      p999Ms: millis(q[2]),
      byAnswer: Object.fromEntries(
        answers
          .filter(({ phase }) => phase === name)
          .map(({ answer, n, q: own }) => [
            answer ?? 'undecided',
            { count: n, p50Ms: millis(own[0]), p99Ms: millis(own[1]) },
          ]),
      ),
    };
  });
}

/** Maximum number of seconds on the curves; longer drills are truncated. */
const maxSeconds = 86_400;

/**
 * The curves, second by second from the first phase to the end of the drain. Planned, sent and decided count operations of the
 * primary kind by their own times. Latencies and outcomes belong to the second in which the operation was planned (needs the
 * tables of outcomes.ts and read-model-reads.ts). Lag is taken at the end of the second, over all kinds.
 */
export async function secondResults(history: History, domain: Domain, machine: Machine): Promise<SecondResult[]> {
  const { drill } = history;
  const from = firstSecondAt(drill);
  const to = Math.max(drill.drainedAt ?? drill.closedAt, drill.loadEndedAt);
  if (drill.phases.length === 0 || to <= from) return [];
  const count = Math.min(maxSeconds, Math.ceil((to - from) / 1e6));
  const second = (time: string) => `((${time} - ${from}) // 1000000)::INTEGER`;
  const tally = (time: string) =>
    `SELECT ${second(time)} AS s, count(*) AS n FROM ops WHERE kind = ${sqlText(domain.primaryKind)} AND ${time} >= ${from} GROUP BY 1`;
  const counted = ['planned', ...outcomes, 'undecided', 'favoured', 'shedFavoured'].map(
    (name) => `coalesce(service."${name}", 0) AS "${name}"`,
  );
  const rows = await history.rows<SecondRow>(`
    WITH sent AS (${tally('sent_at')}), decided AS (${tally('decided_at')}),
    spans AS (
      -- What was appended in second a and decided in second b is undecided at the ends of a … b − 1.
      SELECT ${second('appended_at')} AS a, ${second(`coalesce(decided_at, ${to} + 1000000)`)} AS b, min(appended_at) AS oldest
      FROM ops WHERE submitted GROUP BY 1, 2 HAVING b > a
    ), waiting AS (
      SELECT s, min(oldest) AS oldest FROM range(${count}) r(s) JOIN spans ON s >= a AND s < b GROUP BY s
    ), messages AS (
      SELECT ${second('"at"')} AS s, max(value) AS messages FROM samples WHERE probe = 'lag' AND "at" >= ${from} GROUP BY 1
    ), shown AS (
      SELECT ${second('"at"')} AS s, avg(is_right::INTEGER) AS accurate FROM read_model_reads WHERE "at" >= ${from} GROUP BY 1
    )
    SELECT r.s AS second, ${counted.join(', ')}, coalesce(sent.n, 0) AS sent, coalesce(decided.n, 0) AS decided,
      q[1] AS p50, q[2] AS p99, messages, 1 - accurate AS "staleShare", greatest(${from} + (r.s + 1) * 1000000 - oldest, 0) AS lag
    FROM range(${count}) r(s) LEFT JOIN service ON service.second = r.s LEFT JOIN sent ON sent.s = r.s
      LEFT JOIN decided ON decided.s = r.s LEFT JOIN waiting ON waiting.s = r.s LEFT JOIN messages ON messages.s = r.s
      LEFT JOIN shown ON shown.s = r.s
    ORDER BY r.s`);
  return rows.map(({ p50, p99, messages, lag, ...rest }) => ({
    ...rest,
    p50Ms: millis(p50),
    p99Ms: millis(p99),
    lagMessages: messages,
    lagSeconds: (lag ?? 0) / 1e6,
    ...machineIn(machine, rest.second),
  }));
}

type MachineShares = Pick<SecondResult, 'foreignCpu' | 'ownCpu' | 'stealCpu' | 'ioPressure'>;

function machineIn({ cpus, seconds }: Machine, second: number): MachineShares {
  const seen = seconds.get(second);
  const share = (cores: number | null | undefined) => (cores == null ? null : cores / cpus);
  return {
    foreignCpu: share(seen?.foreign),
    ownCpu: share(seen?.own),
    stealCpu: share(seen?.steal),
    ioPressure: seen?.ioPressure ?? null,
  };
}

type SecondRow = Omit<SecondResult, 'p50Ms' | 'p99Ms' | 'lagMessages' | 'lagSeconds' | keyof MachineShares> & {
  readonly p50: number | null;
  readonly p99: number | null;
  readonly messages: number | null;
  readonly lag: number | null;
};
