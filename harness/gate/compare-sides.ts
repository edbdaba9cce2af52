import { ExitCode } from '../exit-code.ts';
import { pOfMoreMisses } from '../statistics/misses.ts';
import { alpha, compareMetrics, type MetricResult, type Pair } from './compare-metrics.ts';
import { compareInvariants, type InvariantComparison, missesOf, type ObjectiveComparison } from './compare-promises.ts';
import type { Metric } from './metrics.ts';
import type { SideRun } from './side-run.ts';

export type GateVerdict = 'not worse' | 'worse' | 'invariant broken' | 'inconclusive';

export interface Comparison {
  readonly verdict: GateVerdict;
  readonly exitCode: ExitCode;
  /** One sentence: what the verdict rests on. */
  readonly why: string;
  /** Pairs that are still needed; null where none are, or nobody can say. */
  readonly needs: number | null;
  readonly pairs: number;
  readonly metrics: readonly MetricResult[];
  readonly objectives: readonly ObjectiveComparison[];
  readonly invariants: readonly InvariantComparison[];
}

/** What was drilled so far: whole pairs, and every drill for the invariants, whose other half may be missing. */
export interface Drilled {
  readonly pairs: readonly Pair[];
  readonly base: readonly SideRun[];
  readonly head: readonly SideRun[];
  /** Pairs that were asked for. */
  readonly planned: number;
}

/** What base and head say of each other: pure, the same drills give the same answer. */
export function compareSides(drilled: Drilled, marginOf: (metric: Metric) => number | null): Comparison {
  const misses = missesOf(drilled.pairs);
  // Where neither side missed it there is nothing that could be a false alarm.
  const asked = misses.filter(({ base, head }) => base + head > 0);
  const { metrics, adjusted } = compareMetrics(
    drilled.pairs,
    marginOf,
    asked.map(({ base, head, drills }) => pOfMoreMisses(head - base, drills)),
  );
  const objectives = misses.map((one): ObjectiveComparison => ({
    ...one,
    answer: objectiveAnswer(one, adjusted[asked.indexOf(one)]),
  }));
  const invariants = compareInvariants(drilled.base, drilled.head);
  const found = { pairs: drilled.pairs.length, metrics, objectives, invariants };
  return { ...found, ...verdictOf(found, drilled.planned) };
}

function objectiveAnswer(
  { base, head }: Pick<ObjectiveComparison, 'base' | 'head'>,
  p: number | undefined,
): ObjectiveComparison['answer'] {
  if (head <= base) return head === 0 ? 'met' : 'missed before';
  return p !== undefined && p <= alpha ? 'missed' : 'inconclusive';
}

type Found = Pick<Comparison, 'pairs' | 'metrics' | 'objectives' | 'invariants'>;

function verdictOf(found: Found, planned: number): Pick<Comparison, 'verdict' | 'exitCode' | 'why' | 'needs'> {
  const broken = found.invariants.filter(({ answer }) => answer === 'broken');
  if (broken.length > 0)
    return {
      verdict: 'invariant broken',
      exitCode: ExitCode.invariantBroken,
      needs: null,
      why: `${broken.map(({ name }) => name).join(', ')} ${broken.length === 1 ? 'is' : 'are'} broken at head and kept at base`,
    };
  const missed = found.objectives.filter(({ answer }) => answer === 'missed');
  const worse = found.metrics.filter(({ answer }) => answer === 'worse');
  if (missed.length + worse.length > 0)
    return {
      verdict: 'worse',
      exitCode: ExitCode.objectiveMissed,
      needs: null,
      why: [
        ...missed.map(({ name, head, drills }) => `${name} missed in ${head} of ${drills} drills at head`),
        ...worse.map(({ name, why }) => `${name} ${why}`),
      ].join('; '),
    };
  return doubtsOf(found, planned);
}

function doubtsOf({ pairs, metrics, objectives, invariants }: Found, planned: number): ReturnType<typeof verdictOf> {
  const undecided = metrics.filter(({ answer }) => answer === 'inconclusive');
  const doubts = [
    ...(pairs < planned ? [`${pairs} of ${planned} pairs were drilled`] : []),
    ...invariants.flatMap(({ name, answer }) =>
      answer === 'inconclusive' ? [`${name} has too little evidence at head`] : [],
    ),
    ...objectives.flatMap(({ name, answer, base, head, drills }) =>
      answer === 'inconclusive' ? [`${name} missed in ${head} of ${drills} drills at head and ${base} at base`] : [],
    ),
    ...undecided.map(({ name, why }) => `${name}: ${why}`),
    ...(metrics.every(({ answer }) => answer === 'not measured') ? ['nothing was measured on both sides'] : []),
  ];
  const isHopeless = undecided.some((one) => one.needs === null) && pairs >= planned;
  const needs = isHopeless ? 0 : Math.max(planned - pairs, 0, ...undecided.map((one) => one.needs ?? 0));
  if (doubts.length > 0)
    return {
      verdict: 'inconclusive',
      exitCode: ExitCode.inconclusive,
      needs: needs === 0 ? null : needs,
      why: doubts.join('; '),
    };
  const gated = metrics.filter(({ answer }) => answer === 'not worse').length;
  return {
    verdict: 'not worse',
    exitCode: ExitCode.pass,
    needs: null,
    why: `${gated} metrics within their margins in ${pairs} pairs`,
  };
}
