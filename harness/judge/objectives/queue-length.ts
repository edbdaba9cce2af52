import { sqlText } from '../../domains/sql.ts';
import type { ObjectiveSpec } from '../../scenario/scenario.ts';
import { check, type Objective, type Scoped, scopeWindow } from './objective.ts';

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
    const [enters, leaves] = [sqlText(spec.enters), sqlText(spec.leaves)];
    const [found] = history.tables.has('effects')
      ? await history.rows<{ n: number; before: number; most: number; untimed: number }>(
          `WITH steps AS (
             SELECT committed_at AS "at", CASE leg WHEN ${enters} THEN 1 ELSE -1 END AS step
             FROM effects WHERE leg IN (${enters}, ${leaves})
           )
           SELECT (SELECT count(*) FROM steps WHERE step > 0) AS n,
             (SELECT count(*) FROM steps WHERE step > 0 AND "at" IS NULL) AS untimed,
             (SELECT coalesce(sum(step), 0)::BIGINT FROM steps WHERE "at" < ${from}) AS before,
             coalesce(max(length) FILTER ("at" >= ${from} AND "at" <= ${until}), 0)::BIGINT AS most
           FROM (SELECT "at", sum(step) OVER (ORDER BY "at", step) AS length FROM steps WHERE "at" IS NOT NULL)`,
        )
      : [];
    return {
      name: `queue-length-${spec.enters}`,
      // What was there when the window began is in it.
      observed: found === undefined || found.n === 0 ? null : Math.max(found.before, found.most),
      threshold: spec.below,
      sense: 'below',
      unit: 'operations',
      evidence: found?.n ?? 0,
      minimumEvidence: defaultMinimum,
      unseen: (found?.untimed ?? 0) > 0 ? `of ${found?.untimed} that entered it is not known when` : null,
      detail: found?.n === 0 ? `no effect has the leg ${spec.enters}` : '',
    };
  },
};
