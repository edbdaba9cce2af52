import { sqlText } from '../../domains/sql.ts';
import { defineObjective } from './define-objective.ts';
import { shareBelow, plannedIn } from './objective.ts';
import { name, share } from './parameters.ts';

/**
 * Share of the decided operations that got one answer: a pipeline that gives it to everybody keeps every other promise cheaply.
 */
export const answerShare = defineObjective({
  type: 'answer-share',
  parameters: {
    answer: name,
    below: share,
    /** Operations of this kind; default: the domain's primary kind. */
    kind: name.optional(),
  },
  clocks: () => [],
  async measure(spec, evidence) {
    const [found] = await evidence.history.rows<{ n: number; given: number }>(
      `SELECT count(*) AS n, count(*) FILTER (answer::VARCHAR = ${sqlText(spec.answer)}) AS given
       FROM ops WHERE ${plannedIn(spec, evidence)} AND answer IS NOT NULL`,
    );
    const { n, given } = found ?? { n: 0, given: 0 };
    return shareBelow(`answer-share-${spec.answer}`, spec.below, { n, bad: given });
  },
});
