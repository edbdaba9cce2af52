import type { DrillRecord, FaultRecord } from '../../history/drill-record.ts';
import { type Duration, ms } from '../../scenario/time.ts';
import { type Course, goodShareDefault, notStruck, struckFaults, type Wellness, wellAgainAt } from '../incidents.ts';
import { defineObjective, type ParametersOf } from './define-objective.ts';
import { duration, noPhase, share } from './parameters.ts';
import { secondsOf } from './bad-seconds.ts';

const parameters = {
  during: noPhase('recovery is measured from each fault'),
  /** All is well while at least this share of a second's planned operations is served well; default 0.95. */
  goodShare: share.optional(),
  /** And while no operation has waited longer than this for its decision; default 1 s. */
  lagBelow: duration.optional(),
  /** For this many consecutive seconds; default 3 s. */
  hold: duration.optional(),
};
type Parameters = ParametersOf<typeof parameters>;

const lagDefault: Duration = '1s';
const holdDefault: Duration = '3s';

/** The parameters with defaults applied. */
export const wellnessOf = ({ goodShare, lagBelow, hold }: Parameters = {}): Wellness => ({
  goodShare: goodShare ?? goodShareDefault,
  lagSeconds: ms(lagBelow ?? lagDefault) / 1000,
  holdSeconds: Math.ceil(ms(hold ?? holdDefault) / 1000),
});

/**
 * For each fault with a `recoverWithin` in the scenario: wall time from its healing until all is well for the hold. The fault
 * that used most of its bound counts, and its bound is the threshold.
 */
export const recoveredFromEach = defineObjective({
  type: 'recovered-from-each',
  parameters,
  clocks: () => ['harness', 'brokers'],
  unfit: ({ faults }) =>
    faults.every(({ fault }) => fault.recoverWithin === undefined)
      ? ['type: no fault of the scenario sets recoverWithin, so there is no bound']
      : [],
  measure(spec, course) {
    const bounded = boundedRecoveries(spec, course);
    const known = bounded.filter(({ unknown }) => unknown === null);
    const worst = known.toSorted((a, b) => b.seconds / b.bound - a.seconds / a.bound)[0];
    return Promise.resolve({
      name: 'recovered-from-each',
      observed: worst?.seconds ?? null,
      threshold: worst?.bound ?? bounded[0]?.bound ?? 0,
      sense: 'below',
      unit: 's',
      evidence: known.length,
      minimumEvidence: Math.max(1, ofBounds(course.drill)),
      detail: [
        ...(bounded.length === 0 ? ['no fault with a bound was seen to strike'] : notStruck(course.drill)),
        ...(worst === undefined ? [] : [described(worst)]),
        ...bounded.flatMap(({ unknown }) => unknown ?? []),
      ].join('; '),
    });
  },
  badSeconds(spec, course) {
    const missed = boundedRecoveries(spec, course).filter(
      ({ seconds, bound, unknown }) => unknown === null && seconds >= bound,
    );
    const spans = missed.map(({ fault: { healedAt }, seconds }) => ({
      from: healedAt ?? 0,
      to: (healedAt ?? 0) + seconds * 1e6,
    }));
    const strictest = Math.min(...missed.map(({ bound }) => bound));
    return Promise.resolve(secondsOf(spans, strictest * 1000, course.drill));
  },
});

interface Recovery {
  readonly fault: FaultRecord;
  /** Both in seconds; Infinity if it never recovered. */
  readonly seconds: number;
  readonly bound: number;
  /** Why it is inconclusive; null if it is not. */
  readonly unknown: string | null;
}

/** Faults whose recovery the scenario bounds, seen to strike or not. */
const ofBounds = ({ faults, scenario }: DrillRecord): number =>
  Math.max(
    faults.filter(({ recoverWithinMs }) => recoverWithinMs != null).length,
    scenario.faults.filter(({ fault }) => fault.recoverWithin !== undefined).length,
  );

const boundedRecoveries = (spec: Parameters, course: Course): Recovery[] =>
  struckFaults(course.drill).flatMap((fault) =>
    fault.recoverWithinMs == null ? [] : [recoveryFrom(fault, fault.recoverWithinMs / 1000, course, wellnessOf(spec))],
  );

function recoveryFrom(fault: FaultRecord, bound: number, course: Course, wellness: Wellness): Recovery {
  const { name, healedAt } = fault;
  if (healedAt == null)
    return { fault, seconds: Infinity, bound, unknown: `the history does not say when ${name} healed` };
  const { earliest, latest } = wellAgainAt(healedAt, course, wellness);
  const seconds = (latest - healedAt) / 1e6;
  const until = healedAt + bound * 1e6;
  if (latest < until) return { fault, seconds, bound, unknown: null };
  // The effect of another fault within the bound does not count against this one.
  const other = course.drill.faults.find(
    (one) => one !== fault && one.verified && one.commandedAt < until && (one.healedAt ?? Infinity) > healedAt,
  );
  const silent = earliest < until ? `the drill does not show when the pipeline recovered from ${name}` : null;
  const unknown = other === undefined ? silent : `${other.name} held during the time allowed to recover from ${name}`;
  return { fault, seconds, bound, unknown };
}

const described = ({ fault, seconds }: Recovery): string =>
  seconds === Infinity ? `never recovered from ${fault.name}` : `slowest: ${fault.name}`;
