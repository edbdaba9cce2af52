import type { DrillRecord, FaultRecord } from '../history/drill-record.ts';
import type { Alerts, Firing } from './alerts/evaluate.ts';
import { type AlertRule, alertRules } from './alerts/rules.ts';
import type { SecondResult } from './judgement.ts';
import { firstSecondAt } from './drill-times.ts';
import { goodShareOf } from './outcomes.ts';

/** The basis of detection and recovery. Times are µs since the epoch. */
export interface Course {
  readonly drill: DrillRecord;
  readonly seconds: readonly SecondResult[];
  readonly alerts: Alerts;
}

/**
 * If less than this share of a second's planned operations is served well, customers are affected: the source alerts at 5 %
 * failed (6198).
 */
export const goodShareDefault = 0.95;

/** Faults that were seen to strike, in order of their strikes. */
export const struckFaults = ({ faults }: DrillRecord): FaultRecord[] =>
  faults.filter(({ verified }) => verified).toSorted((a, b) => a.commandedAt - b.commandedAt);

/** How many faults an objective about each of them must cover: those of the scenario, seen to strike or not; at least one. */
export const faultsTried = ({ faults, scenario }: DrillRecord): number =>
  Math.max(1, faults.length, scenario.faults.length);

/** One line for each fault that was not seen to strike: its effect is unknown. */
export const notStruck = ({ faults }: DrillRecord): string[] =>
  faults.filter(({ verified }) => !verified).map(({ name }) => `${name} was not seen to strike`);

/** When the next struck fault was commanded; the end of the drill if there is none. */
function nextStrikeAt({ commandedAt, name }: FaultRecord, drill: DrillRecord, sameName = false): number {
  const next = struckFaults(drill).find(
    (other) => other.commandedAt > commandedAt && (!sameName || other.name === name),
  );
  return next?.commandedAt ?? drill.closedAt;
}

/**
 * When a fault first affected customers: the strike, or the start of the first second between it and the next strike in which
 * less than `goodShare` of the planned operations was served well. Null if it never did.
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

/** Rules whose alerts point to a fault with this name. */
const rulesFor = (name: string): AlertRule[] => alertRules.filter(({ causes }) => causes.includes(name));

/**
 * The first alert that names the fault's cause and was firing after the strike: fired since, or since an earlier strike of the
 * same fault. One that fired before all of them had other reasons. Null if there was none.
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

/** Whether an alert points to a fault: its cause and, for a store or a dependency, the same victim. */
function names({ rule, subject }: Firing, { name, victim }: FaultRecord): boolean {
  if (!rule.causes.includes(name)) return false;
  // Older histories do not record the victim.
  if (victim === undefined || victim === null) return true;
  if (rule.subjects === 'store') return subject === victim;
  // Probes see a dependency's instances: recommendations-0.
  return rule.subjects !== 'dependency' || subject.startsWith(`${victim}-`);
}

/**
 * The probes that could show a fault with this name. If they include whether its parts are up, only that one counts: the harness
 * itself can tell.
 */
export function probesFor(name: string): readonly string[] {
  const probes = [...new Set(rulesFor(name).map(({ probe }) => probe))];
  return probes.includes('up') ? ['up'] : probes;
}

/**
 * Why it is unknown whether an alert would have named a fault; null if it is known. A pipeline without metrics is not observed,
 * at its own risk. Whether its parts are up the harness must know, but older histories do not.
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

/** What counts as recovered. */
export interface Wellness {
  readonly goodShare: number;
  readonly lagSeconds: number;
  /** For how many consecutive seconds. */
  readonly holdSeconds: number;
}

/**
 * When everything was well again, µs: no earlier than `earliest`; certain from `latest`, which is Infinity if that was never
 * observed.
 */
export interface WellAgain {
  readonly earliest: number;
  readonly latest: number;
}

/**
 * The first moment from `healedAt` from which all stays well for the hold, regardless of later faults; in whole seconds, or
 * `healedAt` itself if that second was already well. A streak that lasts to the end of the drill has held. A second without
 * planned operations shows only the lag: it is not part of the hold, and counts as well only if the last second with planned
 * operations since the healing was served well.
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
