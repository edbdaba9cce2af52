import { defineObjective } from './define-objective.ts';
import { shareBelow, plannedIn } from './objective.ts';
import { name, share } from './parameters.ts';

/**
 * Share of the decided operations that were denied, with any answer, without the history showing that the denial was right: a
 * pipeline that denies everything keeps most other promises.
 */
export const turnedAway = defineObjective({
  type: 'turned-away',
  parameters: {
    below: share,
    /** Operations of this kind; default: the domain's primary kind. */
    kind: name.optional(),
  },
  clocks: () => [],
  async measure(spec, evidence) {
    const [found] = await evidence.history.rows<{ n: number; denied: number; words: string | null }>(
      `SELECT coalesce(sum(n), 0)::BIGINT AS n, coalesce(sum(denied), 0)::BIGINT AS denied,
         string_agg(denied || ' ' || answer, ', ' ORDER BY denied DESC, answer) FILTER (denied > 0) AS words
       FROM (SELECT answer, count(*) AS n, count(*) FILTER (op IN (FROM turned_away)) AS denied
         FROM ops WHERE ${plannedIn(spec, evidence)} AND answer IS NOT NULL GROUP BY answer)`,
    );
    const { n, denied, words } = found ?? { n: 0, denied: 0, words: null };
    return shareBelow(
      spec.kind === undefined ? 'turned-away' : `turned-away-${spec.kind}`,
      spec.below,
      { n, bad: denied },
      words === null ? '' : `not shown to be right: ${words}`,
    );
  },
});
