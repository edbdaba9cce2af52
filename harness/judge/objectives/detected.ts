import { ms } from '../../scenario/time.ts';
import type { FaultRecord } from '../../history/drill-record.ts';
import { gapIn } from '../coverage.ts';
import { overtimeWithin } from '../fault-account.ts';
import {
  faultsTried,
  firstAlert,
  firstImpactAt,
  goodShareDefault,
  notStruck,
  probesFor,
  struckFaults,
  whyUnwatched,
} from '../incidents.ts';
import { defineObjective, type ParametersOf } from './define-objective.ts';
import type { Evidence } from './objective.ts';
import { duration, noPhase, share } from './parameters.ts';
import { secondsOf } from './bad-seconds.ts';

const parameters = {
  during: noPhase('detection is measured from each fault'),
  within: duration,
  /** Customers are affected in a second in which less than this share of the planned operations is served well; default 0.95. */
  goodShare: share.optional(),
};
type Parameters = ParametersOf<typeof parameters>;

/**
 * From the moment a fault first affected customers to the first alert that names its cause; zero if the alert came first. The
 * slowest detection counts; one that never came is infinite. A fault that affected nobody needs no detection.
 */
export const detected = defineObjective({
  type: 'detected',
  parameters,
  clocks: () => ['harness', 'brokers'],
  unfit: ({ faults }) =>
    faults.length === 0 ? ['type: the scenario has no faults, so there is nothing to detect'] : [],
  async measure(spec, course) {
    const found = await detections(spec, course);
    const known = found.filter(({ unknown }) => unknown === null);
    const slowest = known.toSorted((a, b) => b.seconds - a.seconds)[0];
    return {
      name: 'detected',
      observed: slowest?.seconds ?? null,
      threshold: ms(spec.within) / 1000,
      sense: 'below',
      unit: 's',
      evidence: known.length,
      minimumEvidence: faultsTried(course.drill),
      detail: [
        ...(found.length === 0 ? ['no fault was seen to strike'] : notStruck(course.drill)),
        ...(slowest === undefined ? [] : [describe(slowest)]),
        ...found.flatMap(({ unknown }) => unknown ?? []),
      ].join('; '),
    };
  },
  async badSeconds(spec, course) {
    const spans = (await detections(spec, course)).flatMap(({ impactAt, unknown, seconds }) =>
      impactAt !== null && unknown === null && seconds * 1000 >= ms(spec.within)
        ? [{ from: impactAt, to: impactAt + seconds * 1e6 }]
        : [],
    );
    return secondsOf(spans, ms(spec.within), course.drill);
  },
});

async function detections(spec: Parameters, course: Evidence) {
  const found = [];
  for (const fault of struckFaults(course.drill)) {
    const impactAt = firstImpactAt(fault, course, spec.goodShare ?? goodShareDefault);
    const alert = firstAlert(fault, course);
    const seconds = impactAt === null ? 0 : Math.max(0, ((alert?.firesAt ?? Infinity) - impactAt) / 1e6);
    const isMissed = seconds * 1000 >= ms(spec.within);
    const unwatched = impactAt === null || alert !== null ? null : whyUnwatched(fault, course);
    const unknown =
      unwatched ?? (isMissed && impactAt !== null ? await whyNotCounted(fault, impactAt, spec, course) : null);
    found.push({ fault, impactAt, unknown, alert, seconds });
  }
  return found;
}

/** Why a missed detection does not count; null if it does. */
async function whyNotCounted(
  { name, commandedAt }: FaultRecord,
  impactAt: number,
  { within }: Parameters,
  { history, drill }: Evidence,
): Promise<string | null> {
  // A second that begins within the overtime is affected only because of it.
  if (overtimeWithin(drill, impactAt, impactAt + 1) > 0) return `${name} was felt only after its commanded duration`;
  const to = Math.min(impactAt + ms(within) * 1000, drill.loadEndedAt);
  const gaps = await Promise.all(probesFor(name).map((probe) => gapIn(history, { probe, from: commandedAt, to })));
  const [first] = gaps;
  return gaps.includes(null) || first == null ? null : `${first}, which might have shown ${name}`;
}

interface Found {
  readonly fault: { readonly name: string };
  readonly impactAt: number | null;
  readonly alert: { readonly rule: { readonly name: string } } | null;
}

function describe({ fault, impactAt, alert }: Found): string {
  if (impactAt === null) return 'no fault was felt by customers';
  return alert === null ? `no alert named ${fault.name}` : `slowest: ${fault.name}, detected by ${alert.rule.name}`;
}
