import type { LiveLimit as Limit } from '../judge/objectives/define-objective.ts';
import { objectives } from '../judge/objectives/registry.ts';
import { compileLoad } from '../load/load-curve.ts';
import { plain, thresholdText } from '../report/format.ts';
import { scales } from '../report/judged-run.ts';
import type { ObjectiveSpec, Scenario } from '../scenario/scenario.ts';

/** One target's drill, as far as it is known before it begins; seconds since the load's beginning. */
export interface LiveDrill {
  readonly scenario: string;
  readonly target: string;
  /** `2 of 3`; empty where there is one alone. */
  readonly place: string;
  readonly durationSeconds: number;
  readonly phases: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  /** The curve that is to come. */
  readonly planned: readonly { readonly at: number; readonly perSecond: number }[];
  readonly limits: LiveLimits;
  /** What a reader must know before any figure: scales that are not 1. */
  readonly remarks: readonly string[];
}

/** Objectives that can be looked at while the drill runs; whether they are met is the judge's to say. */
type LiveLimits = Readonly<Record<Limit['of'], readonly LiveLimit[]>>;
interface LiveLimit {
  readonly value: number;
  /** `< 2 s (surge)` */
  readonly text: string;
  /** The phase that it is for; null for the whole drill. */
  readonly during: string | null;
}

/** Points enough for any screen. */
const mostPlanned = 1_000;

/** What is known of a scenario's drills before they begin, in the order of `targets`. */
export function liveDrills(scenario: Scenario, targets: readonly string[]): LiveDrill[] {
  const loadScale = scenario.loadScale ?? 1;
  const curve = compileLoad(scenario.load, loadScale);
  const durationSeconds = curve.durationMs / 1_000;
  const step = Math.max(1, Math.ceil(durationSeconds / mostPlanned));
  const steps = Array.from({ length: Math.ceil(durationSeconds / step) }, (_, index) => index * step * 1_000);
  // A phase's last moment too: where the rate jumps, the curve does.
  const moments = [...new Set([...steps, ...curve.phases.map(({ endMs }) => endMs - 1)])].toSorted((a, b) => a - b);
  const planned = moments.map((ms) => ({ at: ms / 1_000, perSecond: Math.round(curve.rateAt(ms)) }));
  const phases = curve.phases.map(({ name, startMs, endMs }) => ({
    name: plain(name),
    from: startMs / 1_000,
    to: endMs / 1_000,
  }));
  const limits = limitsOf(scenario.objectives);
  const remarks = scales({ record: { scenario, loadScale } });
  return targets.map((target, index) => {
    const place = targets.length === 1 ? '' : `${index + 1} of ${targets.length}`;
    return { scenario: scenario.name, target, place, durationSeconds, phases, planned, limits, remarks };
  });
}

const unitOf = { latencyMs: 'ms', lagSeconds: 's', lagMessages: 'messages' } as const;

function limitsOf(specs: readonly ObjectiveSpec[]): LiveLimits {
  const limits: Record<keyof LiveLimits, LiveLimit[]> = { latencyMs: [], lagSeconds: [], lagMessages: [] };
  for (const spec of specs) {
    const limit = objectives.get(spec.type)?.liveLimit?.(spec);
    if (limit === undefined) continue;
    const during = spec.during ?? null;
    const text = thresholdText({ sense: 'below', threshold: limit.below, unit: unitOf[limit.of] });
    const phase = during === null ? '' : ` (${plain(during)})`;
    limits[limit.of].push({ value: limit.below, text: `${text}${phase}`, during });
  }
  return limits;
}
