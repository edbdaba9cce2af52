import { defineObjective } from './define-objective.ts';
import { shareBelow, plannedIn } from './objective.ts';
import { name, share } from './parameters.ts';
import { answeredWithinMs, lateBySecond } from './bad-seconds.ts';

/**
 * Share of the decided operations that were decided in degraded mode. For payments this is the fraud budget: what only a basic
 * rule checked, because the fraud service did not answer in time.
 */
export const degradedShare = defineObjective({
  type: 'degraded-share',
  parameters: {
    below: share,
    /** Operations of this kind; default: the domain's primary kind. */
    kind: name.optional(),
  },
  clocks: () => [],
  async measure(spec, evidence) {
    const [found] = await evidence.history.rows<{ n: number; degraded: number }>(
      `SELECT count(*) AS n, count(*) FILTER (degraded) AS degraded
       FROM ops WHERE ${plannedIn(spec, evidence)} AND answer IS NOT NULL`,
    );
    const { n, degraded } = found ?? { n: 0, degraded: 0 };
    return shareBelow('degraded-share', spec.below, { n, bad: degraded });
  },
  async badSeconds(spec, evidence) {
    const where = `${plannedIn(spec, evidence)} AND answer IS NOT NULL`;
    const seconds = await lateBySecond(evidence.history, { time: 'planned_at', late: 'degraded', where });
    return { seconds, hadMs: answeredWithinMs, allowedShare: spec.below };
  },
});
