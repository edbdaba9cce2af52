import { valuesForShare } from '../judge/objectives/evidence.ts';
import type { LoadPhase, ObjectiveSpec, Scenario, ScheduledFault } from '../scenario/scenario.ts';
import { type Duration, ms, type Span, wallMs } from '../scenario/time.ts';

/** The phase that is judged, and the warm-up before it. */
export const holdPhase = 'hold';
export const settlePhase = 'settle';

/** A pipeline reaches the rate in half of it, and has the other half to settle. */
export const settleMs = 10_000;
/** A quantile needs a hundred values beyond it. */
const valuesBeyond = 100;
/** A batch pipeline is observed for this many batches: its lag rises and falls with each. */
const batches = 6;
/** Share of the rate at which its ramp begins. */
const rampFrom = 0.1;
const drainAtLeastMs = 30_000;

/** Objectives about incidents: with a constant load nothing is detected or recovered from. */
const ofIncidents: ReadonlySet<string> = new Set(['detected', 'recovered', 'recovered-from-each']);

interface HoldOf {
  readonly perSecond: number;
  readonly holdMs: number;
  /** The fault that holds during the whole hold. */
  readonly under?: ScheduledFault;
}

/**
 * The scenario as one hold: its world and mix at a constant rate, judged by its invariants and by its objectives about the whole
 * drill or the peak phase. No faults but `under`, no actions.
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

/** Those that a hold can miss, applied to the judged phase. */
export function holdObjectives({ load, objectives }: Scenario): ObjectiveSpec[] {
  const [highest] = load.filter(({ warmUp }) => warmUp !== true).toSorted((a, b) => topOf(b) - topOf(a));
  return objectives.flatMap((spec) => {
    if (ofIncidents.has(spec.type)) return [];
    if (spec.during === undefined) return [spec];
    return spec.during === highest?.name ? [{ ...spec, during: holdPhase }] : [];
  });
}

/** The highest rate of any phase as written, per second. */
function topOf(phase: LoadPhase): number {
  switch (phase.shape) {
    case 'steady':
      return phase.perSecond;
    case 'replay':
      return Math.max(0, ...(phase.points ?? []).map(([, rate]) => rate));
    default:
      return phase.to;
  }
}

/** How long a hold at that rate must be to give enough evidence for everything it is judged by, ms. */
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
