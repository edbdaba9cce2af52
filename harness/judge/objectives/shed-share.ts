import { sqlList } from '../../domains/sql.ts';
import { defineObjective, type ParametersOf } from './define-objective.ts';
import { shareBelow, type Evidence, plannedIn } from './objective.ts';
import { name, share } from './parameters.ts';
import { answeredWithinMs, lateBySecond } from './bad-seconds.ts';

const parameters = {
  below: share,
  /** Operations of this kind; default: the domain's primary kind. */
  kind: name.optional(),
  /** Only operations of this class of the domain. */
  class: name.optional(),
};
type Parameters = ParametersOf<typeof parameters>;

/**
 * Share of the answered operations whose answer was no service (shed, rejected, an unknown answer): the price of a good latency.
 * Includes operations refused over HTTP (any 4xx, or 503) that are not in the input log.
 */
export const shedShare = defineObjective({
  type: 'shed-share',
  parameters,
  clocks: () => [],
  async measure(spec, evidence) {
    const { turnedAway, where } = conditionsOf(spec, evidence);
    const [found] = await evidence.history.rows<{ n: number; shed: number }>(
      `SELECT count(*) AS n, count(*) FILTER (${turnedAway}) AS shed FROM ops WHERE ${where}`,
    );
    const { n, shed } = found ?? { n: 0, shed: 0 };
    return shareBelow(spec.class === undefined ? 'shed-share' : `shed-share-${spec.class}`, spec.below, {
      n,
      bad: shed,
    });
  },
  async badSeconds(spec, evidence) {
    const { turnedAway, where } = conditionsOf(spec, evidence);
    const seconds = await lateBySecond(evidence.history, { time: 'planned_at', late: turnedAway, where });
    return { seconds, hadMs: answeredWithinMs, allowedShare: spec.below };
  },
});

/** Conditions on `ops`: turned away, among all that were answered. */
function conditionsOf(spec: Parameters, evidence: Evidence): { readonly turnedAway: string; readonly where: string } {
  const ofClass = spec.class === undefined ? 'true' : `favoured = ${spec.class === evidence.domain.classes[0]}`;
  const atTheDoor = `(answer IS NULL AND NOT submitted AND op IN (SELECT op FROM requests WHERE (status BETWEEN 400 AND 499 OR status = 503) AND op IS NOT NULL))`;
  return {
    turnedAway: `coalesce(answer NOT IN ${sqlList(evidence.domain.answers.served)}, ${atTheDoor})`,
    where: `${plannedIn(spec, evidence)} AND (answer IS NOT NULL OR ${atTheDoor}) AND ${ofClass}`,
  };
}
