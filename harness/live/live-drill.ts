import type { LiveLimit as Limit } from '../judge/objectives/define-objective.ts';
import { objectives } from '../judge/objectives/registry.ts';
import { compileLoad } from '../load/load-curve.ts';
import { plain, thresholdText } from '../report/format.ts';
import { scales } from '../report/judged-run.ts';
import type { ObjectiveSpec, Scenario } from '../scenario/scenario.ts';

/** One target's drill, as far as it is known in advance; seconds since the start of the load. */
export interface LiveDrill {
  readonly scenario: string;
  readonly target: string;
  /** `2 of 3`; empty if there is only one. */
  readonly place: string;
  readonly durationSeconds: number;
  readonly phases: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  /** The planned curve. */
  readonly planned: readonly { readonly at: number; readonly perSecond: number }[];
  readonly limits: LiveLimits;
  /** What a reader must know before any figure: scales other than 1. */
  readonly remarks: readonly string[];
}

/** Bounds that can be shown while the drill runs; whether they are met is for the judge. */
type LiveLimits = Readonly<Record<Limit['of'], readonly LiveLimit[]>>;
interface LiveLimit {
  readonly value: number;
  /** `< 2 s (surge)` */
  readonly text: string;
  /** The phase it applies to; null for the whole drill. */
  readonly during: string | null;
}

/** Enough points for any screen. */
const mostPlanned = 1_000;

/** What is known of a scenario's drills in advance, in the order of `targets`. */
export function liveDrills(scenario: Scenario, targets: readonly string[]): LiveDrill[] {
  const loadScale = scenario.loadScale ?? 1;
  const curve = compileLoad(scenario.load, loadScale);
  const durationSeconds = curve.durationMs / 1_000;
  const step = Math.max(1, Math.ceil(durationSeconds / mostPlanned));
  const steps = Array.from({ length: Math.ceil(durationSeconds / step) }, (_, index) => index * step * 1_000);
  // Includes a phase's last moment: at a jump of the rate the curve jumps too.
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
