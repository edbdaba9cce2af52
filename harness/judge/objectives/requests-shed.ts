import type { ObjectiveSpec } from '../../scenario/scenario.ts';
import { answeredWithinMs, lateBySecond } from './bad-seconds.ts';
import { check, shareBelow, type Objective, requestsIn, type Scoped } from './objective.ts';

interface Parameters extends Scoped {
  readonly below: number;
  /** As the journey calls it (`browse`); all of them where it is left out. */
  readonly request?: string;
}
type Spec = Parameters & ObjectiveSpec & { readonly type: 'requests-shed' };

const turnedAway = 'status IN (429, 503)';

/** Share of the visitors' requests, whatever they are about, that were told to come again (429, 503). */
export const requestsShed = (parameters: Parameters): Spec => ({ type: 'requests-shed', ...parameters });

export const requestsShedObjective: Objective<Spec> = {
  type: 'requests-shed',
  clocks: [],
  validate: (spec, scenario) => [
    ...check.common(spec, ['below', 'request']),
    ...check.share('below', spec.below),
    ...check.optional(spec.request, () => check.text('request', spec.request)),
    ...check.hasVisits(scenario),
  ],
  async measure(spec, evidence) {
    const [found] = await evidence.history.rows<{ n: number; shed: number }>(
      `SELECT count(*) AS n, count(*) FILTER (${turnedAway}) AS shed FROM requests WHERE ${requestsIn(spec, evidence)}`,
    );
    const { n, shed } = found ?? { n: 0, shed: 0 };
    return shareBelow(
      `${spec.request ?? 'requests'}-shed`,
      spec.below,
      { n, bad: shed },
      shed === 0 ? '' : `${shed} of ${n} requests were told to come again`,
    );
  },
  async badSeconds(spec, evidence) {
    const of = { from: 'requests', time: 'planned_at', late: turnedAway, where: requestsIn(spec, evidence) };
    return { seconds: await lateBySecond(evidence.history, of), hadMs: answeredWithinMs, allowedShare: spec.below };
  },
};
