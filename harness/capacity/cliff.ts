import type { DrillRecord } from '../history/drill-record.ts';
import { firstSecondAt } from '../judge/drill-times.ts';
import type { Judgement, SecondResult } from '../judge/judgement.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { CapacityJson } from './capacity-shape.ts';
import { holdObjectives, holdScenario, settleMs } from './hold-scenario.ts';

type Cliff = NonNullable<CapacityJson['cliff']>;

/** Half as much again as was held, for a while; then clearly less than was held. */
const overload = { share: 1.5, ms: 30_000, phase: 'overload' };
const after = { share: 0.8, ms: 60_000, phase: 'after' };
export const cliffMs = settleMs + overload.ms + after.ms;

/** A pipeline that answers less than this share of what it can hold while it is overloaded has collapsed. */
const collapsedBelow = 0.5;
/** Well: for so many seconds on end. */
const wellSeconds = 3;
/** Where the scenario bounds no lag: what counts as having caught up, s. */
const usualLag = 2;

/** The scenario as one drill over the cliff: 0.8 of the capacity to settle, 1.5 of it for 30 s, then 0.8 again. */
export function cliffScenario(scenario: Scenario, capacity: number): Scenario {
  const [low, high] = [Math.round(after.share * capacity), Math.round(overload.share * capacity)];
  const settled = holdScenario(scenario, { perSecond: low, holdMs: after.ms });
  return {
    ...settled,
    summary: `${high}/s, then ${low}/s: ${scenario.summary}`,
    load: [
      ...settled.load.slice(0, -1),
      { name: overload.phase, shape: 'steady', perSecond: high, for: `${overload.ms}ms` },
      { name: after.phase, shape: 'steady', perSecond: low, for: `${after.ms}ms` },
    ],
    objectives: holdObjectives(scenario).map((spec) => {
      const { during: _, ...whole } = spec;
      return { ...whole, type: spec.type };
    }),
  };
}

/** What became of the pipeline beyond its capacity: how much it still answered, and how long it took to be well again. */
export function cliffOf(record: DrillRecord, judgement: Judgement, capacity: number, run: string): Cliff {
  const zero = firstSecondAt(record);
  const bounds = (name: string) => {
    const phase = record.phases.find((one) => one.name === name);
    return [((phase?.startsAt ?? zero) - zero) / 1e6, ((phase?.endsAt ?? zero) - zero) / 1e6] as const;
  };
  const [from, to] = bounds(overload.phase);
  const [, end] = bounds(after.phase);
  const during = judgement.seconds.filter(({ second }) => second >= from && second + 1 <= to);
  const decided = during.reduce((sum, one) => sum + one.decided, 0) / Math.max(1, during.length);
  const answeredShare = decided / capacity;
  const well = wellAt(judgement, Math.ceil(to - 1e-6), end);
  return {
    overloadPerSecond: Math.round(overload.share * capacity),
    afterPerSecond: Math.round(after.share * capacity),
    answeredShare,
    kind: !judgement.generator.keptUp
      ? 'inconclusive'
      : well === null || answeredShare < collapsedBelow
        ? 'collapses'
        : 'degrades',
    wellAfterSeconds: well === null ? null : Math.max(0, well - to),
    broken: judgement.invariants.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name),
    curve: judgement.seconds.map(({ second, decided: answered, p99Ms, lagSeconds }) => [
      second,
      answered,
      p99Ms,
      lagSeconds,
    ]),
    run,
  };
}

/** The first second from which on the bounds of latency and lag are kept for a while; null where that never comes before `end`. */
function wellAt({ seconds, objectives }: Judgement, from: number, end: number): number | null {
  const bound = (name: string) =>
    objectives.find((one) => one.name.startsWith(name) && one.sense === 'below')?.threshold;
  const lagBound = objectives.find(({ name, unit }) => name === 'consumer-lag' && unit === 's')?.threshold ?? usualLag;
  const p99Bound = bound('decision-latency') ?? Number.POSITIVE_INFINITY;
  const isWell = ({ p99Ms, lagSeconds, planned }: SecondResult) =>
    (lagSeconds ?? 0) < lagBound && (planned === 0 || (p99Ms !== null && p99Ms < p99Bound));
  const later = seconds.filter(({ second }) => second >= from && second < end);
  const index = later.findIndex((_, at) => {
    const run = later.slice(at, at + wellSeconds);
    return run.length === wellSeconds && run.every(isWell);
  });
  return later[index]?.second ?? null;
}
