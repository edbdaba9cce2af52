import { answeredWithinMs, lateBySecond } from './bad-seconds.ts';
import { defineObjective } from './define-objective.ts';
import { shareBelow, requestsIn, withoutVisits } from './objective.ts';
import { name, share } from './parameters.ts';

const turnedAway = 'status IN (429, 503)';

/** Share of the visitors' requests of any kind that were told to retry (429, 503). */
export const requestsShed = defineObjective({
  type: 'requests-shed',
  parameters: {
    below: share,
    /** The journey's name for it (`browse`); default: all requests. */
    request: name.optional(),
  },
  clocks: () => [],
  unfit: withoutVisits,
  async measure(spec, evidence) {
    const [found] = await evidence.history.rows<{ n: number; shed: number }>(
      `SELECT count(*) AS n, count(*) FILTER (${turnedAway}) AS shed FROM requests WHERE ${requestsIn(spec, evidence)}`,
    );
    const { n, shed } = found ?? { n: 0, shed: 0 };
    return shareBelow(
      `${spec.request ?? 'requests'}-shed`,
      spec.below,
      { n, bad: shed },
      shed === 0 ? '' : `${shed} of ${n} requests were shed`,
    );
  },
  async badSeconds(spec, evidence) {
    const of = { from: 'requests', time: 'planned_at', late: turnedAway, where: requestsIn(spec, evidence) };
    return { seconds: await lateBySecond(evidence.history, of), hadMs: answeredWithinMs, allowedShare: spec.below };
  },
});
