import type { DrillRecord } from '../history/drill-record.ts';
import { firstSecondAt } from '../judge/drill-times.ts';
import type { Judgement, ObjectiveResult } from '../judge/judgement.ts';
import { theilSen } from '../statistics/theil-sen.ts';
import type { CapacityHold, HoldGoal } from './capacity-shape.ts';
import { holdPhase } from './hold-scenario.ts';

/**
 * A lag that certainly climbs faster than this, in seconds per second, shows a rate that is not sustained, however good the
 * latency.
 */
const mostLagSlope = 0.01;
const keepsUp = 'keeps-up';
const invariantsGoal = 'invariants';

export type JudgedHold = Omit<CapacityHold, 'perSecond' | 'purpose' | 'run' | 'tookMs' | 'series'>;

/**
 * The result of a judged hold. It held if every objective and invariant passed, the generator kept up and the lag did not climb.
 * Misses stand as judged; a climbing lag is no evidence if others took the machine or the generator was late.
 */
export function holdResult(record: DrillRecord, judgement: Judgement, pauseMs = 0): JudgedHold {
  const { objectives, invariants, generator, machine } = judgement;
  const lag = lagSlope(record, judgement, pauseMs);
  const isUndisturbed = generator.keptUp && machine.quiet;
  const climbs = lag !== null && lag.low > mostLagSlope;
  const goals: HoldGoal[] = [
    ...objectives.map(goalOf),
    {
      name: keepsUp,
      verdict: climbs ? (isUndisturbed ? 'fail' : 'inconclusive') : 'pass',
      observed: lag?.slope ?? null,
      threshold: mostLagSlope,
      unit: 's/s',
    },
    invariantGoal(judgement),
  ];
  const failedBy = [
    ...invariants.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name),
    ...goals.filter(({ name, verdict }) => verdict === 'fail' && name !== invariantsGoal).map(({ name }) => name),
  ];
  const why = whyUnsure(judgement, climbs && !isUndisturbed);
  const isPass = judgement.verdict === 'pass' && generator.keptUp && !climbs;
  return {
    verdict: failedBy.length > 0 ? 'failed' : isPass ? 'held' : 'inconclusive',
    failedBy,
    why: failedBy.length > 0 || isPass ? [] : why,
    goals,
    lagSlope: lag === null ? null : { perSecond: lag.slope, low: Number.isFinite(lag.low) ? lag.low : null },
    ...figuresOf(record, judgement),
    missedAt: missedAt(record, judgement),
  };
}

const goalOf = ({ name, verdict, observed, threshold, unit }: ObjectiveResult): HoldGoal => ({
  name,
  verdict,
  observed,
  threshold,
  unit,
});

function invariantGoal({ invariants }: Judgement): HoldGoal {
  const broken = invariants.filter(({ verdict }) => verdict === 'fail');
  const isUnsure = invariants.some(({ verdict }) => verdict === 'inconclusive');
  return {
    name: invariantsGoal,
    verdict: broken.length > 0 ? 'fail' : isUnsure ? 'inconclusive' : 'pass',
    observed: broken.reduce((sum, { violations }) => sum + violations, 0),
    threshold: 0,
    unit: 'violations',
  };
}

function whyUnsure({ objectives, invariants, generator, machine, notes }: Judgement, climbs: boolean): string[] {
  const unsure = [...objectives, ...invariants].filter(({ verdict }) => verdict === 'inconclusive');
  const behind = generator.unknown ?? (generator.keptUp ? null : `the generator fell behind: ${lateness(generator)}`);
  return [
    ...(behind === null ? [] : [behind]),
    ...(climbs ? [`the lag climbed, but ${machine.quiet ? 'the generator was late' : machine.note}`] : []),
    ...unsure.map(({ name, detail }) => `${name}: ${detail === '' ? 'inconclusive' : detail}`),
    ...(unsure.length === 0 && behind === null && !climbs ? notes.slice(0, 2) : []),
  ];
}

const lateness = ({ sendErrorP99Ms, unsent }: Judgement['generator']): string =>
  `hand-over ${Math.round(sendErrorP99Ms)} ms late at p99${unsent > 0 ? `, ${unsent} never sent` : ''}`;

/** The seconds entirely within the hold, counted from the start of the first phase. */
function heldSeconds(record: DrillRecord, { seconds }: Judgement): Judgement['seconds'] {
  const phase = record.phases.find(({ name }) => name === holdPhase);
  if (phase === undefined) return [];
  const zero = firstSecondAt(record);
  return seconds.filter(
    ({ second }) => zero + second * 1e6 >= phase.startsAt && zero + (second + 1) * 1e6 <= phase.endsAt,
  );
}

/** The slope of the lag over the hold; for a batch pipeline, of each batch's maximum. Null if there is none. */
function lagSlope(record: DrillRecord, judgement: Judgement, pauseMs: number): ReturnType<typeof theilSen> {
  const every = Math.max(1, Math.ceil(pauseMs / 1_000));
  const points = heldSeconds(record, judgement).map(({ second, lagSeconds }) => [second, lagSeconds ?? 0] as const);
  const batches = Map.groupBy(points, ([second]) => Math.floor(second / every));
  return theilSen([...batches].map(([batch, all]) => [batch * every, Math.max(...all.map(([, lag]) => lag))] as const));
}

function figuresOf(
  record: DrillRecord,
  judgement: Judgement,
): Pick<JudgedHold, 'p50Ms' | 'p99Ms' | 'decidedPerSecond' | 'lagMaxSeconds' | 'ownCpuShare' | 'curve'> {
  const phase = judgement.phases.find(({ name }) => name === holdPhase);
  const held = heldSeconds(record, judgement);
  const shares = held.flatMap(({ ownCpu }) => ownCpu ?? []);
  return {
    p50Ms: phase?.p50Ms ?? null,
    p99Ms: phase?.p99Ms ?? null,
    decidedPerSecond: phase?.decidedPerSecond ?? 0,
    lagMaxSeconds: held.length === 0 ? null : Math.max(...held.map(({ lagSeconds }) => lagSeconds ?? 0)),
    ownCpuShare: shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length,
    curve: judgement.seconds.map(({ second, decided, p99Ms, lagSeconds }) => [second, decided, p99Ms, lagSeconds]),
  };
}

/** Seconds from the start of the first phase to the first visible failure; null if unknown. */
function missedAt(record: DrillRecord, judgement: Judgement): number | null {
  const zero = firstSecondAt(record);
  const times = judgement.invariants
    .filter(({ verdict }) => verdict === 'fail')
    .flatMap(({ examples }) => examples.flatMap(({ at }) => (at === null ? [] : [(at - zero) / 1e6])));
  for (const { name, verdict, threshold } of judgement.objectives) {
    if (verdict !== 'fail') continue;
    const found = judgement.seconds.find(({ p99Ms, lagSeconds, planned }) => {
      if (name.startsWith('decision-latency')) return planned > 0 && (p99Ms === null || p99Ms >= threshold);
      return name === 'consumer-lag' && (lagSeconds ?? 0) >= threshold;
    });
    if (found !== undefined) times.push(found.second);
    if (name === 'drained') times.push((record.loadEndedAt - zero) / 1e6);
  }
  return times.length === 0 ? null : Math.max(0, Math.min(...times));
}
