import { ms } from '../../scenario/time.ts';
import { valuesFor } from './evidence.ts';
import { defineObjective } from './define-objective.ts';
import { quantileName, requestsIn, withoutVisits } from './objective.ts';
import { duration, name, fraction } from './parameters.ts';
import { lateBySecond } from './bad-seconds.ts';

/**
 * For visitors' HTTP requests: from the time a request was due to its complete answer. One without an answer took forever. k6's
 * own `http_req_duration` counts from the sending instead.
 */
export const requestLatency = defineObjective({
  type: 'request-latency',
  parameters: {
    /** 0.99 for p99. */
    quantile: fraction,
    below: duration,
    /** The journey's name for it (`browse`); default: all requests. */
    request: name.optional(),
  },
  clocks: () => [],
  unfit: withoutVisits,
  curve: () => 'latencyMs',
  k6Threshold: ({ request, quantile, below }) => ({
    metric: 'http_req_duration',
    request,
    bound: `p(${percent(quantile)})<${ms(below)}`,
  }),
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
      detail: unanswered > 0 ? `${unanswered} of ${n} had no answer (latency infinite)` : '',
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
});

/** µs; infinite without an answer. */
const took = `coalesce((answered_at - planned_at)::DOUBLE, 'infinity'::DOUBLE)`;

/** 0.999 → 99.9, without binary rounding. */
const percent = (share: number): number => Number((share * 100).toPrecision(12));
