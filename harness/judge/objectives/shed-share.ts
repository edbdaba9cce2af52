import { sqlList } from '../../domains/sql.ts';
import { defineObjective, type ParametersOf } from './define-objective.ts';
import { shareBelow, type Evidence, plannedIn } from './objective.ts';
import { name, share } from './parameters.ts';
import { answeredWithinMs, lateBySecond } from './bad-seconds.ts';

const parameters = {
  below: share,
  /** Operations of this kind; the domain's primary one where it is left out. */
  kind: name.optional(),
  /** Only operations of this class, one of the domain's. */
  class: name.optional(),
};
type Parameters = ParametersOf<typeof parameters>;

/**
 * Share of the operations that were answered whose answer was no service (shed, rejected, a word that nobody knows): the price of a
 * good latency. Whose operation was refused over HTTP (any 4xx, or 503) and is not in the input log was turned away too.
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

/** Conditions on `ops`: what was turned away, among what was told anything. */
function conditionsOf(spec: Parameters, evidence: Evidence): { readonly turnedAway: string; readonly where: string } {
  const ofClass = spec.class === undefined ? 'true' : `favoured = ${spec.class === evidence.domain.classes[0]}`;
  const atTheDoor = `(answer IS NULL AND NOT submitted AND op IN (SELECT op FROM requests WHERE (status BETWEEN 400 AND 499 OR status = 503) AND op IS NOT NULL))`;
  return {
    turnedAway: `coalesce(answer NOT IN ${sqlList(evidence.domain.answers.served)}, ${atTheDoor})`,
    where: `${plannedIn(spec, evidence)} AND (answer IS NOT NULL OR ${atTheDoor}) AND ${ofClass}`,
  };
}
