import { sqlText } from '../../domains/sql.ts';
import { defineObjective } from './define-objective.ts';
import { scopeWindow } from './objective.ts';
import { name, positive } from './parameters.ts';

const defaultMinimum = 1;

/** The maximum length of a queue in the pipeline's books, computed from the effects and their times. */
export const queueLength = defineObjective({
  type: 'queue-length',
  parameters: {
    /** The leg whose effects put an operation into the queue. */
    enters: name,
    /** The leg whose effects take it out again. */
    leaves: name,
    /** Operations. */
    below: positive,
  },
  clocks: () => [],
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
      // What was queued when the window began is included.
      observed: found === undefined || found.n === 0 ? null : Math.max(found.before, found.most),
      threshold: spec.below,
      sense: 'below',
      unit: 'operations',
      evidence: found?.n ?? 0,
      minimumEvidence: defaultMinimum,
      unseen: (found?.untimed ?? 0) > 0 ? `${found?.untimed} entries have no time` : null,
      detail: found?.n === 0 ? `no effect has the leg ${spec.enters}` : '',
    };
  },
});
