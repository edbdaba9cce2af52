import type { DrillRecord, FaultRecord } from '../history/drill-record.ts';
import type { Alerts, Firing } from './alerts/evaluate.ts';
import { type AlertRule, alertRules } from './alerts/rules.ts';
import type { SecondResult } from './judgement.ts';
import { firstSecondAt } from './drill-times.ts';
import { goodShareOf } from './outcomes.ts';

/** What detection and recovery are reckoned from. Times are µs since the epoch. */
export interface Course {
  readonly drill: DrillRecord;
  readonly seconds: readonly SecondResult[];
  readonly alerts: Alerts;
}

/** The share of what was planned in a second below which customers felt it: the source alerts at 5 % failed (6198). */
export const goodShareDefault = 0.95;

/** Faults that were seen to strike, in that order. */
export const struckFaults = ({ faults }: DrillRecord): FaultRecord[] =>
  faults.filter(({ verified }) => verified).toSorted((a, b) => a.commandedAt - b.commandedAt);

/** How many faults an objective about each of them must speak of: those of the scenario, seen to strike or not; at least one. */
export const faultsTried = ({ faults, scenario }: DrillRecord): number =>
  Math.max(1, faults.length, scenario.faults.length);

/** One line for each fault that was not seen to strike: nothing is known of what it would have done. */
export const notStruck = ({ faults }: DrillRecord): string[] =>
  faults.filter(({ verified }) => !verified).map(({ name }) => `${name} was not seen to strike`);

/** When the next of the struck faults was commanded; the end of the drill where there is none. */
function nextStrikeAt({ commandedAt, name }: FaultRecord, drill: DrillRecord, sameName = false): number {
  const next = struckFaults(drill).find(
    (other) => other.commandedAt > commandedAt && (!sameName || other.name === name),
  );
  return next?.commandedAt ?? drill.closedAt;
}

/**
 * From when on customers felt a fault: the strike, or the beginning of the first second after it and before the next strike in
 * which less than `goodShare` of the planned was served well. Null where they never did.
 */
export function firstImpactAt(fault: FaultRecord, course: Course, goodShare: number): number | null {
  const zero = firstSecondAt(course.drill);
  const until = nextStrikeAt(fault, course.drill);
  const felt = course.seconds.find((second) => {
    const beginsAt = zero + second.second * 1e6;
    const share = goodShareOf(second);
    return beginsAt + 1e6 > fault.commandedAt && beginsAt < until && share !== null && share < goodShare;
  });
  return felt === undefined ? null : Math.max(fault.commandedAt, zero + felt.second * 1e6);
}

/** Rules that lead to a fault of this name. */
const rulesFor = (name: string): AlertRule[] => alertRules.filter(({ causes }) => causes.includes(name));

/**
 * The first alert that names the fault's cause and was there after the strike: fired then, or firing still since an earlier strike
 * of the same fault. One that fired before any of them had other reasons. Null where there was none.
 */
export function firstAlert(fault: FaultRecord, { drill, alerts }: Course): Firing | null {
  const until = nextStrikeAt(fault, drill, true);
  const firstStrikeAt = struckFaults(drill).find(({ name }) => name === fault.name)?.commandedAt ?? fault.commandedAt;
  return (
    alerts.firings.find(
      (firing) =>
        names(firing, fault) &&
        firing.firesAt >= firstStrikeAt &&
        firing.firesAt < until &&
        (firing.until === null || firing.until > fault.commandedAt),
    ) ?? null
  );
}

/** Whether an alert leads to a fault: its cause, and where it is about a store or a dependency, that very one. */
function names({ rule, subject }: Firing, { name, victim }: FaultRecord): boolean {
  if (!rule.causes.includes(name)) return false;
  // Older histories do not say whom a fault struck.
  if (victim === undefined || victim === null) return true;
  if (rule.subjects === 'store') return subject === victim;
  // Of a dependency the probes know the instances: recommendations-0.
  return rule.subjects !== 'dependency' || subject.startsWith(`${victim}-`);
}

/** The probes that could show a fault of this name; where its parts being up is among them, that alone, which is the harness's to know. */
export function probesFor(name: string): readonly string[] {
  const probes = [...new Set(rulesFor(name).map(({ probe }) => probe))];
  return probes.includes('up') ? ['up'] : probes;
}

/**
 * Why it is not known whether an alert would have named a fault; null where it is. A pipeline that says nothing of itself is
 * not watched and that is its own; whether its parts are up is the harness's to know, and older histories do not.
 */
export function whyUnwatched({ name }: FaultRecord, { alerts }: Course): string | null {
  const rules = rulesFor(name);
  const blind = rules.filter((rule) => !alerts.watched.has(rule.name));
  if (blind.length < rules.length && !blind.some(({ probe }) => probe === 'up')) return null;
  const probes = [...new Set(blind.map(({ probe }) => probe))];
  return probes.length === 0
    ? `no alert rule names ${name} as a cause`
    : `the history has no samples of ${probes.join(', ')}, which could have shown ${name}`;
}

/** What counts as well again. */
export interface Wellness {
  readonly goodShare: number;
  readonly lagSeconds: number;
  /** For how many seconds on end. */
  readonly holdSeconds: number;
}

/** When all was well again, µs: not before `earliest`; known to be so from `latest` on, which is Infinity where it was never seen. */
export interface WellAgain {
  readonly earliest: number;
  readonly latest: number;
}

/**
 * The first moment from `healedAt` on from which all was well for the hold, wherever later faults stood; to the second, and
 * `healedAt` itself where that second was well already. What lasts to the end of the drill has held. A second in which nothing was
 * planned tells of the lag alone: it is no part of the hold, and well only where the last second with something planned, since the
 * healing, was served well.
 */
export function wellAgainAt(healedAt: number, { drill, seconds }: Course, wellness: Wellness): WellAgain {
  const zero = firstSecondAt(drill);
  let earliest = healedAt;
  let since: number | null = null;
  let held = 0;
  let wasServed = false;
  for (const second of seconds) {
    const beginsAt = zero + second.second * 1e6;
    if (beginsAt + 1e6 <= healedAt) continue;
    const share = goodShareOf(second);
    if (share !== null) wasServed = share >= wellness.goodShare;
    const isBad = (share !== null && !wasServed) || (second.lagSeconds ?? 0) > wellness.lagSeconds;
    if (isBad) {
      earliest = beginsAt + 1e6;
      since = null;
      held = 0;
    } else if (wasServed) {
      since ??= Math.max(healedAt, beginsAt);
      held += share === null ? 0 : 1;
      if (held >= wellness.holdSeconds) break;
    }
  }
  return { earliest, latest: since ?? Infinity };
}
