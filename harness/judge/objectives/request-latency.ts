import type { ObjectiveSpec } from '../../scenario/scenario.ts';
import { type Duration, ms } from '../../scenario/time.ts';
import { valuesFor } from './evidence.ts';
import { check, type Objective, quantileName, requestsIn, type Scoped } from './objective.ts';
import { lateBySecond } from './bad-seconds.ts';

interface Parameters extends Scoped {
  /** 0.99 for p99. */
  readonly quantile: number;
  readonly below: Duration;
  /** As the journey calls it (`browse`); all of them where it is left out. */
  readonly request?: string;
}
export type RequestLatencySpec = Parameters & ObjectiveSpec & { readonly type: 'request-latency' };

/**
 * Of what visitors ask over HTTP: from the moment that a request was due to its whole answer. One without an answer took for ever.
 * k6's own `http_req_duration` counts from the sending instead.
 */
export const requestLatency = (parameters: Parameters): RequestLatencySpec => ({
  type: 'request-latency',
  ...parameters,
});

export const requestLatencyObjective: Objective<RequestLatencySpec> = {
  type: 'request-latency',
  clocks: [],
  validate: (spec, scenario) => [
    ...check.common(spec, ['quantile', 'below', 'request']),
    ...check.quantile('quantile', spec.quantile),
    ...check.duration('below', spec.below),
    ...check.optional(spec.request, () => check.text('request', spec.request)),
    ...check.hasVisits(scenario),
  ],
  async measure(spec, evidence) {
    const { quantile, request } = spec;
    const [found] = await evidence.history.rows<{ n: number; unanswered: number; late: number; micros: number | null }>(
      `SELECT count(*) AS n, count(*) FILTER (answered_at IS NULL) AS unanswered,
         count(*) FILTER (${took} >= ${ms(spec.below) * 1000}) AS late, quantile_disc(${took}, ${quantile}) AS micros
       FROM requests WHERE ${requestsIn(spec, evidence)}`,
    );
    const { n, unanswered, late, micros } = found ?? { n: 0, unanswered: 0, late: 0, micros: null };
    return {
      name: `${request ?? 'request'}-latency-p${quantileName(quantile)}`,
      observed: micros === null ? null : micros / 1_000,
      threshold: ms(spec.below),
      sense: 'below',
      unit: 'ms',
      evidence: n,
      minimumEvidence: valuesFor(quantile),
      bad: { count: late, allowedShare: 1 - quantile },
      detail: unanswered > 0 ? `${unanswered} of ${n} had no answer and count as infinitely late` : '',
    };
  },
  async badSeconds(spec, evidence) {
    const late = `(answered_at IS NULL OR answered_at - planned_at >= ${ms(spec.below) * 1000})`;
    const of = { from: 'requests', time: 'planned_at', late, where: requestsIn(spec, evidence) };
    const seconds = await lateBySecond(evidence.history, of);
    return { seconds, hadMs: ms(spec.below), allowedShare: 1 - spec.quantile };
  },
  async observedFromSent(spec, evidence) {
    const [found] = await evidence.history.rows<{ micros: number | null }>(
      `SELECT quantile_disc(coalesce((answered_at - sent_at)::DOUBLE, 'infinity'::DOUBLE), ${spec.quantile}) AS micros
       FROM requests WHERE ${requestsIn(spec, evidence)}`,
    );
    return found?.micros == null ? null : found.micros / 1_000;
  },
};

/** µs; infinite where no answer came. */
const took = `coalesce((answered_at - planned_at)::DOUBLE, 'infinity'::DOUBLE)`;
