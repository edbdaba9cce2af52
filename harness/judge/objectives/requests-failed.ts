import { defineObjective } from './define-objective.ts';
import { shareBelow, requestsIn, withoutVisits } from './objective.ts';
import { name, share } from './parameters.ts';
import { answeredWithinMs, lateBySecond } from './bad-seconds.ts';

/** Share of the visitors' requests that got no answer, or an error; a request told to retry (429, 503) was answered. */
export const requestsFailed = defineObjective({
  type: 'requests-failed',
  parameters: {
    below: share,
    /** The journey's name for it (`browse`); default: all requests. */
    request: name.optional(),
  },
  clocks: () => [],
  unfit: withoutVisits,
  k6Threshold: ({ request, below }) => ({ metric: 'http_req_failed', request, bound: `rate<${below}` }),
  async measure(spec, evidence) {
    const [found] = await evidence.history.rows<{ n: number; failed: number; worst: string | null }>(
      `SELECT count(*) AS n, count(*) FILTER (${failed}) AS failed,
         mode(coalesce(error, 'status ' || status) ORDER BY coalesce(error, 'status ' || status)) FILTER (${failed}) AS worst
       FROM requests WHERE ${requestsIn(spec, evidence)}`,
    );
    const { n, failed: count, worst } = found ?? { n: 0, failed: 0, worst: null };
    return shareBelow(
      `${spec.request ?? 'requests'}-failed`,
      spec.below,
      { n, bad: count },
      worst === null ? '' : `${count} of ${n} failed, mostly with ${worst}`,
    );
  },
  async badSeconds(spec, evidence) {
    const of = { from: 'requests', time: 'planned_at', late: failed, where: requestsIn(spec, evidence) };
    return { seconds: await lateBySecond(evidence.history, of), hadMs: answeredWithinMs, allowedShare: spec.below };
  },
});

/**
 * Visitors ask only for things that exist, so any 4xx is an error; but a query about an operation that is on its way may be
 * answered with not yet (404), already done (409) or gone (410).
 */
const failed = `(status = 0 OR (status >= 400 AND status NOT IN (429, 503)
  AND NOT (status IN (404, 409, 410) AND coalesce(op IN (SELECT op FROM ops WHERE submitted), false))))`;
