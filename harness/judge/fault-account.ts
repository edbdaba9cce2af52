import type { DrillRecord, FaultRecord } from '../history/drill-record.ts';
import { durationMs, type Span, wallMs } from '../scenario/time.ts';

/**
 * What does not count against the pipeline: our own faults, and our delay in healing them. Times are µs since the epoch;
 * conditions apply to `ops`, and are `false` if there is nothing to exclude.
 */

/** A time span caused by a fault. */
interface Stretch {
  readonly fault: FaultRecord;
  readonly from: number;
  readonly to: number;
}

/** Operations handed over this shortly before the strike were still on their way. */
const onItsWayMicros = 1_000_000;

/** Operations that could not be submitted because one of our faults held the broker, until it was seen to heal. */
export function keptAway(drill: DrillRecord): string {
  const held = heldBroker(drill).map(
    ({ from, to }) => `(planned_at <= ${to} AND coalesce(sent_at, planned_at) >= ${from - onItsWayMicros})`,
  );
  return held.length === 0 ? 'false' : `(NOT submitted AND answer IS NULL AND (${held.join(' OR ')}))`;
}

/** Whether one of our faults held the broker during part of the second that starts at `from`: nothing can be decided then. */
export const holdsBroker = (drill: DrillRecord, from: number): boolean =>
  heldBroker(drill).some((held) => held.from < from + 1e6 && held.to > from);

/** One line if that excludes any operations; otherwise none. */
export const keptAwayLine = (count: number, drill: DrillRecord): string[] =>
  count === 0
    ? []
    : [
        `${count.toLocaleString('en-US')} could not be submitted while ${namesOf(heldBroker(drill))} held, and do not count`,
      ];

/** Whether a wait of `waitMicros` from `moment` (SQL, µs) overlaps the overtime of a fault on a store or a dependency. */
export function inOvertime(drill: DrillRecord, moment: string, waitMicros: number): string {
  const stretches = overtimes(drill).map(({ from, to }) => `(${moment} > ${from - waitMicros} AND ${moment} < ${to})`);
  return stretches.length === 0 ? 'false' : `(${stretches.join(' OR ')})`;
}

/** One line if that excludes any operations; otherwise none. */
export const overtimeLine = (count: number, drill: DrillRecord): string[] =>
  count === 0
    ? []
    : [
        `${count.toLocaleString('en-US')} fell into the overtime of ${namesOf(overtimes(drill))} (held longer than commanded), and do not count`,
      ];

/** How much of [from, to) was overtime of faults on a store or a dependency, µs. */
export function overtimeWithin(drill: DrillRecord, from: number, to: number): number {
  let [sum, reached] = [0, from];
  for (const stretch of overtimes(drill).toSorted((a, b) => a.from - b.from)) {
    const begins = Math.max(reached, stretch.from);
    const ends = Math.min(to, stretch.to);
    sum += Math.max(0, ends - begins);
    reached = Math.max(reached, ends);
  }
  return sum;
}

/** Shorter overtime is not worth a note. */
const worthTellingMs = 1_000;

/** One line for each fault that outlasted its command. */
export const longFaultNotes = (drill: DrillRecord): string[] =>
  drill.faults.flatMap((fault) => {
    const commanded = commandedMs(fault, drill);
    if (commanded === null || commanded === 0 || fault.healedAt == null) return [];
    const lasted = (fault.healedAt - fault.commandedAt) / 1000;
    if (lasted - commanded < worthTellingMs) return [];
    const account = isOurs(fault) ? '; the overtime does not count against the pipeline' : '';
    return [`${nameOf(fault)} lasted ${seconds(lasted)}, commanded ${seconds(commanded)}${account}`];
  });

const seconds = (ms: number): string => `${Number((ms / 1000).toFixed(1))} s`;
const nameOf = ({ name, victim }: FaultRecord): string => (victim == null ? name : `${name} of ${victim}`);
const namesOf = (stretches: readonly Stretch[]): string =>
  [...new Set(stretches.map(({ fault }) => nameOf(fault)))].join(' and ');

/** How long a fault should hold, wall ms; null if neither its record nor the scenario says. */
function commandedMs(fault: FaultRecord, drill: DrillRecord): number | null {
  if (fault.holdMs !== undefined) return fault.holdMs;
  const spec = specOf(fault, drill);
  const span = spec?.['for'] ?? spec?.['downFor'];
  return isSpan(span) ? wallMs(span, drill.scenario.timeScale) : null;
}

/** The scenario's spec of a fault: records are in the order of the scenario. */
const specOf = (fault: FaultRecord, { faults, scenario }: DrillRecord) =>
  scenario.faults.filter(({ fault: { type } }) => type === fault.name)[
    faults.filter(({ name }) => name === fault.name).indexOf(fault)
  ]?.fault;

const isSpan = (value: unknown): value is Span =>
  durationMs(value) !== undefined ||
  (typeof value === 'object' && value !== null && 'storyMs' in value && typeof value.storyMs === 'number');

/** Stores and dependencies are ours to restore; how soon a worker is ready again is up to the pipeline. */
const isOurs = ({ name, victim }: FaultRecord): boolean =>
  victim === undefined ? !name.startsWith('worker-') : victim !== null;

function overtimes(drill: DrillRecord): Stretch[] {
  return drill.faults.flatMap((fault) => {
    const commanded = commandedMs(fault, drill);
    if (!isOurs(fault) || commanded === null || commanded === 0 || !hasBegun(fault)) return [];
    const from = fault.commandedAt + commanded * 1000;
    const to = endOf(fault, drill);
    return to > from ? [{ fault, from, to }] : [];
  });
}

function heldBroker(drill: DrillRecord): Stretch[] {
  const isBroker = (fault: FaultRecord) =>
    fault.name === 'broker-disk-full' || (fault.victim ?? specOf(fault, drill)?.['store']) === 'kafka';
  return drill.faults
    .filter((fault) => isBroker(fault) && hasBegun(fault))
    .map((fault) => ({ fault, from: fault.commandedAt, to: endOf(fault, drill) }));
}

/** A skipped fault is recorded as healed, without a time. */
const hasBegun = ({ verified, healed, healedAt }: FaultRecord): boolean => verified || !healed || healedAt != null;

/** When it was seen to heal. If it never was, or an older history does not say, it may have held to the end. */
const endOf = ({ healedAt }: FaultRecord, { closedAt }: DrillRecord): number => healedAt ?? closedAt;
