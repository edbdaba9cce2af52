import { sqlList, sqlText } from '../../domains/sql.ts';
import type { ObjectiveSpec } from '../../scenario/scenario.ts';
import { type Duration, ms } from '../../scenario/time.ts';
import { keptAway } from '../fault-account.ts';
import { latency } from '../outcomes.ts';
import { valuesFor } from './evidence.ts';
import { check, type Evidence, type Objective, plannedIn, quantileName, type Scoped } from './objective.ts';
import { latenessOf, lost } from './bad-seconds.ts';

interface Parameters extends Scoped {
  /** 0.99 for p99. */
  readonly quantile: number;
  readonly below: Duration;
  /** Operations of this kind; the domain's primary one where it is left out. */
  readonly kind?: string;
  /** Only operations that were answered so. */
  readonly answer?: string;
}
type Spec = Parameters & ObjectiveSpec & { readonly type: 'decision-latency' };

/**
 * From the planned time to the first decision, by the broker's clock. An operation that was never decided took forever;
 * answers that are no service (shed, rejected) are left out and bounded by `shedShare`, as is what our own fault kept from being submitted.
 */
export const decisionLatency = (parameters: Parameters): Spec => ({ type: 'decision-latency', ...parameters });

export const decisionLatencyObjective: Objective<Spec> = {
  type: 'decision-latency',
  clocks: ['harness', 'brokers'],
  validate: (spec) => [
    ...check.common(spec, ['quantile', 'below', 'kind', 'answer']),
    ...check.quantile('quantile', spec.quantile),
    ...check.duration('below', spec.below),
    ...check.optional(spec.kind, () => check.text('kind', spec.kind)),
    ...check.optional(spec.answer, () => check.text('answer', spec.answer)),
  ],
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
      detail: undecided > 0 ? `${undecided} of ${n} were never decided and count as infinitely late` : '',
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
};

const counted = (spec: Spec, evidence: Evidence): string =>
  `${plannedIn(spec, evidence)} AND ${answered(spec, evidence)} AND NOT ${keptAway(evidence.drill)}`;

function answered(spec: Parameters, { domain }: Evidence): string {
  if (spec.answer !== undefined) return `answer = ${sqlText(spec.answer)}`;
  return `(answer IS NULL OR answer IN ${sqlList(domain.answers.served)})`;
}
