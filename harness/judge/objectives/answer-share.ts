import { sqlText } from '../../domains/sql.ts';
import type { ObjectiveSpec } from '../../scenario/scenario.ts';
import { check, shareBelow, type Objective, plannedIn, type Scoped } from './objective.ts';

interface Parameters extends Scoped {
  readonly answer: string;
  readonly below: number;
  /** Operations of this kind; the domain's primary one where it is left out. */
  readonly kind?: string;
}
type Spec = Parameters & ObjectiveSpec & { readonly type: 'answer-share' };

/** Share of the decided operations that got one answer: a pipeline that gives it to everybody keeps every other promise cheaply. */
export const answerShare = (parameters: Parameters): Spec => ({ type: 'answer-share', ...parameters });

export const answerShareObjective: Objective<Spec> = {
  type: 'answer-share',
  clocks: [],
  validate: (spec) => [
    ...check.common(spec, ['answer', 'below', 'kind']),
    ...check.text('answer', spec.answer),
    ...check.share('below', spec.below),
    ...check.optional(spec.kind, () => check.text('kind', spec.kind)),
  ],
  async measure(spec, evidence) {
    const [found] = await evidence.history.rows<{ n: number; given: number }>(
      `SELECT count(*) AS n, count(*) FILTER (answer::VARCHAR = ${sqlText(spec.answer)}) AS given
       FROM ops WHERE ${plannedIn(spec, evidence)} AND answer IS NOT NULL`,
    );
    const { n, given } = found ?? { n: 0, given: 0 };
    return shareBelow(`answer-share-${spec.answer}`, spec.below, { n, bad: given });
  },
};
