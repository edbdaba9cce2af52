import type { ObjectiveSpec } from '../../scenario/scenario.ts';
import { type Duration, ms } from '../../scenario/time.ts';
import type { FaultRecord } from '../../history/drill-record.ts';
import type { Firing } from '../alerts/evaluate.ts';
import { overtimeWithin } from '../fault-account.ts';
import {
  type Course,
  faultsTried,
  firstAlert,
  firstImpactAt,
  goodShareDefault,
  notStruck,
  struckFaults,
  whyUnwatched,
} from '../incidents.ts';
import { check, type Objective } from './objective.ts';
import { secondsOf } from './bad-seconds.ts';

interface Parameters {
  readonly within: Duration;
  /** Customers felt a second in which less than this share of the planned was served well; 0.95 where it is left out. */
  readonly goodShare?: number;
}
type Spec = Parameters & ObjectiveSpec & { readonly type: 'detected' };

/**
 * From the moment at which customers first felt a fault to the first alert that names its cause; an alert that was there before
 * they felt it took no time. The slowest detection counts; one that never came is infinite. A fault that nobody felt needs none.
 */
export const detected = (parameters: Parameters): Spec => ({ type: 'detected', ...parameters });

export const detectedObjective: Objective<Spec> = {
  type: 'detected',
  clocks: ['harness', 'brokers'],
  validate: (spec, scenario) => [
    ...check.common(spec, ['within', 'goodShare']).filter((problem) => !problem.startsWith('minimumEvidence')),
    ...check.noPhase(spec, 'detection is reckoned from each fault'),
    ...check.duration('within', spec.within),
    ...check.optional(spec.goodShare, () => check.share('goodShare', spec.goodShare)),
    ...(scenario?.faults.length === 0 ? ['type: the scenario has no faults, so there is nothing to detect'] : []),
  ],
  measure(spec, course) {
    const found = detections(spec, course);
    const known = found.filter(({ unknown }) => unknown === null);
    const slowest = known.toSorted((a, b) => b.seconds - a.seconds)[0];
    return Promise.resolve({
      name: 'detected',
      observed: slowest?.seconds ?? null,
      threshold: ms(spec.within) / 1000,
      sense: 'below',
      unit: 's',
      evidence: known.length,
      minimumEvidence: faultsTried(course.drill),
      detail: [
        ...(found.length === 0 ? ['no fault was shown to have struck'] : notStruck(course.drill)),
        ...(slowest === undefined ? [] : [describe(slowest)]),
        ...found.flatMap(({ unknown }) => unknown ?? []),
      ].join('; '),
    });
  },
  badSeconds(spec, course) {
    const spans = detections(spec, course).flatMap(({ impactAt, unknown, seconds }) =>
      impactAt !== null && unknown === null && seconds * 1000 >= ms(spec.within)
        ? [{ from: impactAt, to: impactAt + seconds * 1e6 }]
        : [],
    );
    return Promise.resolve(secondsOf(spans, ms(spec.within), course.drill));
  },
};

function detections(spec: Parameters, course: Course) {
  return struckFaults(course.drill).map((fault) => {
    const impactAt = firstImpactAt(fault, course, spec.goodShare ?? goodShareDefault);
    const alert = firstAlert(fault, course);
    const seconds = impactAt === null ? 0 : Math.max(0, ((alert?.firesAt ?? Infinity) - impactAt) / 1e6);
    const unknown = whyUnknown(fault, impactAt, alert, course, seconds * 1000 >= ms(spec.within));
    return { fault, impactAt, unknown, alert, seconds };
  });
}

/** Why it is not known how soon a fault was detected; null where it is. */
function whyUnknown(
  fault: FaultRecord,
  impactAt: number | null,
  alert: Firing | null,
  course: Course,
  isMissed: boolean,
): string | null {
  if (impactAt === null) return null;
  const unwatched = alert === null ? whyUnwatched(fault, course) : null;
  if (unwatched !== null || !isMissed) return unwatched;
  // A second that begins within the overtime is felt only because of it.
  return overtimeWithin(course.drill, impactAt, impactAt + 1) > 0
    ? `${fault.name} was felt only after the time that it was commanded to last`
    : null;
}

interface Found {
  readonly fault: { readonly name: string };
  readonly impactAt: number | null;
  readonly alert: { readonly rule: { readonly name: string } } | null;
}

function describe({ fault, impactAt, alert }: Found): string {
  if (impactAt === null) return 'no fault was felt by customers';
  return alert === null ? `no alert named ${fault.name}` : `slowest for ${fault.name}, by ${alert.rule.name}`;
}
