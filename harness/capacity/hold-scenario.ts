import { valuesForShare } from '../judge/objectives/evidence.ts';
import type { LoadPhase, ObjectiveSpec, Scenario, ScheduledFault } from '../scenario/scenario.ts';
import { type Duration, ms, type Span, wallMs } from '../scenario/time.ts';

/** The phase that is judged, and the warm-up before it. */
export const holdPhase = 'hold';
export const settlePhase = 'settle';

/** A pipeline comes to the rate in half of it, and has the other half to be at rest with it. */
export const settleMs = 10_000;
/** A quantile is told from a hundred values beyond it. */
const valuesBeyond = 100;
/** A pipeline that works in batches is watched for so many of them: its lag goes up and down with each. */
const batches = 6;
/** Share of the rate that its ramp begins with. */
const rampFrom = 0.1;
const drainAtLeastMs = 30_000;

/** Objectives of an incident: nothing is detected or recovered from where all is held as it is. */
const ofIncidents: ReadonlySet<string> = new Set(['detected', 'recovered', 'recovered-from-each']);

interface HoldOf {
  readonly perSecond: number;
  readonly holdMs: number;
  /** What stands during the whole hold. */
  readonly under?: ScheduledFault;
}

/**
 * The scenario as one hold: its world and mix at a constant rate, judged by its invariants and by those of its objectives that are about the whole drill or
 * its highest phase. No faults but `under`, no actions.
 */
export function holdScenario(scenario: Scenario, { perSecond, holdMs, under }: HoldOf): Scenario {
  const { boundsFor: _, loadScale: __, reach: ___, actions: ____, ...kept } = scenario;
  const objectives = holdObjectives(scenario);
  const half: Duration = `${settleMs / 2}ms`;
  return {
    ...kept,
    summary: `${perSecond}/s held: ${scenario.summary}`,
    load: [
      { name: 'ramp', warmUp: true, shape: 'ramp', from: Math.ceil(perSecond * rampFrom), to: perSecond, within: half },
      { name: settlePhase, warmUp: true, shape: 'steady', perSecond, for: half },
      { name: holdPhase, shape: 'steady', perSecond, for: `${holdMs}ms` },
    ],
    faults: under === undefined ? [] : [under],
    objectives,
    drainDeadline: `${Math.max(drainAtLeastMs, ...objectives.map(({ within }) => (typeof within === 'string' ? ms(within as Duration) : 0)))}ms`,
  };
}

/** Those that a hold can miss, about the phase that is judged. */
export function holdObjectives({ load, objectives }: Scenario): ObjectiveSpec[] {
  const [highest] = load.filter(({ warmUp }) => warmUp !== true).toSorted((a, b) => topOf(b) - topOf(a));
  return objectives.flatMap((spec) => {
    if (ofIncidents.has(spec.type)) return [];
    if (spec.during === undefined) return [spec];
    return spec.during === highest?.name ? [{ ...spec, during: holdPhase }] : [];
  });
}

/** The highest rate of a phase as written, per second. */
export function topOf(phase: LoadPhase): number {
  switch (phase.shape) {
    case 'steady':
      return phase.perSecond;
    case 'replay':
      return Math.max(0, ...(phase.points ?? []).map(([, rate]) => rate));
    default:
      return phase.to;
  }
}

/** How long a hold of that rate takes to give evidence for everything it is judged by, ms. */
export function holdMsFor(
  scenario: Scenario,
  perSecond: number,
  { atLeastMs, longestPause }: { readonly atLeastMs: number; readonly longestPause?: Span | undefined },
): number {
  const values = holdObjectives(scenario).map((spec) => valuesOf(spec));
  const forValues = Math.ceil((Math.max(0, ...values) / perSecond) * 10) * 100;
  const forBatches = longestPause === undefined ? 0 : batches * wallMs(longestPause, scenario.timeScale);
  return Math.max(atLeastMs, forValues, Math.ceil(forBatches));
}

function valuesOf({ quantile, atLeast, type }: ObjectiveSpec): number {
  if (typeof quantile === 'number') return Math.ceil(valuesBeyond / (1 - quantile) - 1e-6);
  return typeof atLeast === 'number' && atLeast < 1 && type === 'decided' ? valuesForShare(1 - atLeast) : 0;
}
