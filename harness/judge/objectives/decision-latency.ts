import { sqlList, sqlText } from '../../domains/sql.ts';
import { ms } from '../../scenario/time.ts';
import { keptAway } from '../fault-account.ts';
import { latency } from '../outcomes.ts';
import { valuesFor } from './evidence.ts';
import { defineObjective, type ParametersOf } from './define-objective.ts';
import { type Evidence, plannedIn, quantileName } from './objective.ts';
import { duration, name, fraction } from './parameters.ts';
import { latenessOf, lost } from './bad-seconds.ts';

const parameters = {
  /** 0.99 for p99. */
  quantile: fraction,
  below: duration,
  /** Operations of this kind; default: the domain's primary kind. */
  kind: name.optional(),
  /** Only operations with this answer. */
  answer: name.optional(),
};
type Parameters = ParametersOf<typeof parameters>;

/**
 * From the planned time to the first decision, by the broker's clock. An undecided operation took forever. Answers that are no
 * service (shed, rejected) are left out and bounded by `shedShare`; also left out: operations that our own fault kept from being
 * submitted.
 */
export const decisionLatency = defineObjective({
  type: 'decision-latency',
  parameters,
  clocks: () => ['harness', 'brokers'],
  curve: () => 'latencyMs',
  // The running p99 says nothing about one kind or answer alone.
  liveLimit: ({ quantile, kind, answer, below }) =>
    quantile === 0.99 && kind === undefined && answer === undefined ? { of: 'latencyMs', below: ms(below) } : undefined,
  async measure(spec, evidence) {
    const { quantile } = spec;
    const [found] = await evidence.history.rows<{ n: number; undecided: number; late: number; micros: number | null }>(
      `SELECT count(*) AS n, count(*) FILTER (decided_at IS NULL) AS undecided,
         count(*) FILTER (${latency} >= ${ms(spec.below) * 1000}) AS late, quantile_disc(${latency}, ${quantile}) AS micros
       FROM ops WHERE ${counted(spec, evidence)}`,
    );
    const { n, undecided, late, micros } = found ?? { n: 0, undecided: 0, late: 0, micros: null };
    return {
      name: `decision-latency-p${quantileName(quantile)}`,
      observed: micros === null ? null : micros / 1000,
      threshold: ms(spec.below),
      sense: 'below',
      unit: 'ms',
      evidence: n,
      minimumEvidence: valuesFor(quantile),
      bad: { count: late, allowedShare: 1 - quantile },
      detail: undecided > 0 ? `${undecided} of ${n} were never decided (latency infinite)` : '',
    };
  },
  async badSeconds(spec, evidence) {
    const late = `(decided_at IS NULL OR decided_at - planned_at >= ${ms(spec.below) * 1000})`;
    const of = { time: 'planned_at', late, never: lost(evidence.drill), where: counted(spec, evidence) };
    return await latenessOf(evidence.history, of, { hadMs: ms(spec.below), allowedShare: 1 - spec.quantile });
  },
  async observedFromSent(spec, evidence) {
    const [found] = await evidence.history.rows<{ micros: number | null }>(
      `SELECT quantile_disc(coalesce((decided_at - sent_at)::DOUBLE, 'infinity'::DOUBLE), ${spec.quantile}) AS micros
       FROM ops WHERE ${counted(spec, evidence)}`,
    );
    return found?.micros == null ? null : found.micros / 1000;
  },
});

const counted = (spec: Parameters, evidence: Evidence): string =>
  `${plannedIn(spec, evidence)} AND ${answered(spec, evidence)} AND NOT ${keptAway(evidence.drill)}`;

function answered(spec: Parameters, { domain }: Evidence): string {
  if (spec.answer !== undefined) return `answer = ${sqlText(spec.answer)}`;
  return `(answer IS NULL OR answer IN ${sqlList(domain.answers.served)})`;
}
