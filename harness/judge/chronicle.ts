import type { FaultRecord } from '../history/drill-record.ts';
import type { Firing } from './alerts/evaluate.ts';
import { type Course, firstAlert, firstImpactAt, goodShareDefault, wellAgainAt, whyUnwatched } from './incidents.ts';
import type { EventResult, IncidentResult } from './judgement.ts';
import { wellnessOf } from './objectives/recovered-from-each.ts';

/** What happened with each fault, in planned order, with the defaults of `detected` and `recoveredFromEach`. */
export function incidentsOf(course: Course, events: readonly EventResult[]): IncidentResult[] {
  const faults = course.drill.faults.toSorted((a, b) => a.commandedAt - b.commandedAt);
  return faults.map((fault, index) => {
    const until = faults[index + 1]?.commandedAt ?? course.drill.closedAt;
    const actions = events.filter(
      ({ kind, stage, at }) => kind === 'action' && stage !== 'commanded' && at >= fault.commandedAt && at < until,
    );
    return { ...storyOf(fault, course), actions: actions.map(({ name, at, stage }) => ({ name, at, stage })) };
  });
}

function storyOf(fault: FaultRecord, course: Course): Omit<IncidentResult, 'actions'> {
  const { name, commandedAt, verified, detail } = fault;
  const healedAt = fault.healedAt ?? null;
  if (!verified) return { ...nothingBut(fault), healedAt };
  const impactAt = firstImpactAt(fault, course, goodShareDefault);
  const alert = firstAlert(fault, course);
  const wellAt = healedAt === null ? Infinity : wellAgainAt(healedAt, course, wellnessOf()).latest;
  return {
    name,
    struckAt: commandedAt,
    verified,
    detail,
    impactAt,
    alert:
      alert === null
        ? null
        : { name: alert.rule.name, subject: alert.subject, at: Math.max(alert.firesAt, commandedAt) },
    unwatched: alert === null ? (whyUnwatched(fault, course) ?? '') : '',
    healedAt,
    recoveredAt: Number.isFinite(wellAt) ? wellAt : null,
  };
}

const nothingBut = ({ name, commandedAt, verified, detail }: FaultRecord) => ({
  name,
  struckAt: commandedAt,
  verified,
  detail,
  impactAt: null,
  alert: null,
  unwatched: '',
  recoveredAt: null,
});

/** Firings of one alert at most this far apart are reported as one, like Prometheus's keep_firing_for. */
const keepFiringMs = 5_000;

/** Alerts as events: `firing`, and `resolved` if they resolved before the load ended. */
export function alertEvents(firings: readonly Firing[]): EventResult[] {
  const told: Firing[] = [];
  for (const firing of firings) {
    const before = told.findLastIndex(({ rule, subject }) => rule === firing.rule && subject === firing.subject);
    const last = told[before];
    if (last !== undefined && (last.until === null || firing.firesAt - last.until <= keepFiringMs * 1000))
      told[before] = { ...last, until: firing.until };
    else told.push(firing);
  }
  return told.flatMap(({ rule, subject, firesAt, until, worst }) => {
    const of = { kind: 'alert', name: rule.name };
    const whose = subject === '' ? '' : `${subject}: `;
    const detail = `${whose}${rule.probe} ${Number(worst.toPrecision(3))}, ${rule.sense} ${rule.threshold}`;
    const end = until === null ? [] : [{ ...of, at: until, stage: 'resolved', detail: subject }];
    return [{ ...of, at: firesAt, stage: 'firing', detail }, ...end];
  });
}
