import type { ObjectiveSpec } from '../../scenario/scenario.ts';
import { clientWaitsMs } from '../service.ts';
import { valuesForShare } from './evidence.ts';
import { check, type Objective, plannedIn, type Scoped, textList } from './objective.ts';
import { lateBySecond } from './bad-seconds.ts';

interface Parameters extends Scoped {
  readonly atLeast: number;
}
type Spec = Parameters & ObjectiveSpec & { readonly type: 'succeeded' };

/**
 * Share of the planned operations of the primary kind that got one of the domain's served answers, however late: a business
 * decline is one, what failed, was shed or rejected, or never got an answer is none.
 */
export const succeeded = (parameters: Parameters): Spec => ({ type: 'succeeded', ...parameters });

export const succeededObjective: Objective<Spec> = {
  type: 'succeeded',
  comparesClocks: false,
  validate: (spec) => [...check.common(spec, ['atLeast']), ...check.share('atLeast', spec.atLeast)],
  async measure(spec, evidence) {
    const [found] = await evidence.history.rows<{ n: number; served: number; undecided: number }>(
      `SELECT count(*) AS n, count(*) FILTER (answer IN ${textList(evidence.domain.servedAnswers)}) AS served,
         count(*) FILTER (answer IS NULL) AS undecided
       FROM ops WHERE ${plannedIn(spec, evidence)}`,
    );
    const { n, served, undecided } = found ?? { n: 0, served: 0, undecided: 0 };
    return {
      name: 'succeeded',
      observed: n === 0 ? null : served / n,
      threshold: spec.atLeast,
      sense: 'atLeast',
      unit: 'share',
      evidence: n,
      minimumEvidence: valuesForShare(1 - spec.atLeast),
      bad: { count: n - served, allowedShare: 1 - spec.atLeast },
      detail: n === served ? '' : `${n - served - undecided} were turned down and ${undecided} got no answer`,
    };
  },
  async badSeconds(spec, evidence) {
    const { history, domain, drill } = evidence;
    // What a drained pipeline has not decided is lost, however slow the machine was.
    const refused = `answer NOT IN ${textList(domain.servedAnswers)}`;
    const late = drill.drainedAt === null ? `(answer IS NULL OR ${refused})` : `coalesce(${refused}, false)`;
    const seconds = await lateBySecond(history, { time: 'planned_at', late, where: plannedIn(spec, evidence) });
    return { seconds, hadMs: clientWaitsMs(domain), allowedShare: 1 - spec.atLeast };
  },
};
