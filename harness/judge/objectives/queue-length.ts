import type { ObjectiveSpec } from '../../scenario/scenario.ts';
import { check, type Objective, type Scoped, scopeWindow, text } from './objective.ts';

interface Parameters extends Scoped {
  /** The leg whose effects put an operation into the queue. */
  readonly enters: string;
  /** The leg whose effects take it out again. */
  readonly leaves: string;
  /** Operations. */
  readonly below: number;
}
type Spec = Parameters & ObjectiveSpec & { readonly type: 'queue-length' };

/** The most operations that a queue of the pipeline's books held at any moment, reckoned from the effects and their times. */
export const queueLength = (parameters: Parameters): Spec => ({ type: 'queue-length', ...parameters });

const defaultMinimum = 1;

export const queueLengthObjective: Objective<Spec> = {
  type: 'queue-length',
  clocks: [],
  validate: (spec) => [
    ...check.common(spec, ['enters', 'leaves', 'below']),
    ...check.text('enters', spec.enters),
    ...check.text('leaves', spec.leaves),
    ...check.positive('below', spec.below),
  ],
  async measure(spec, { history, drill }) {
    const { from, to } = scopeWindow(spec, drill);
    const until = spec.during === undefined ? drill.closedAt : to;
    const [found] = history.tables.has('effects')
      ? await history.rows<{ n: number; most: number }>(
          `SELECT count(*) FILTER (step > 0) AS n, coalesce(max(length) FILTER ("at" >= ${from}), 0)::BIGINT AS most FROM (
             SELECT "at", step, sum(step) OVER (ORDER BY "at", step) AS length FROM (
               SELECT committed_at AS "at", CASE leg WHEN ${text(spec.enters)} THEN 1 ELSE -1 END AS step FROM effects
               WHERE leg IN (${text(spec.enters)}, ${text(spec.leaves)}) AND committed_at <= ${until}))`,
        )
      : [];
    return {
      name: `queue-length-${spec.enters}`,
      observed: found?.most ?? null,
      threshold: spec.below,
      sense: 'below',
      unit: 'operations',
      evidence: found?.n ?? 0,
      minimumEvidence: defaultMinimum,
      detail: '',
    };
  },
};
