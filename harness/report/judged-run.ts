/** What reports need to know about a judged run, computed once. */
import type { LifeMoment } from '../explain/life.ts';
import type { DrillRecord } from '../history/drill-record.ts';
import type {
  Counterexample,
  ImpactResult,
  InvariantResult,
  Judgement,
  PhaseResult,
  Verdict,
} from '../judge/judgement.ts';
import { capitalised, counted, latency, listed, measured, nothing, number, plain } from './format.ts';

/** One target's drill and its judgement. */
export interface JudgedRun {
  readonly record: DrillRecord;
  readonly judgement: Judgement;
  /** Of the operations that the first counterexamples name; left out if nobody asked. */
  readonly life?: readonly LifeMoment[];
}

/** The verdict over several targets: any failure fails; any inconclusive one, or none at all, is inconclusive. */
export function overall(runs: readonly JudgedRun[]): Verdict {
  const verdicts = runs.map((run) => run.judgement.verdict);
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'pass') ? 'pass' : 'inconclusive';
}

/** The start of the first phase, µs since the epoch: the zero of every curve. */
export const startOf = (record: DrillRecord): number => record.phases[0]?.startsAt ?? record.loadEndedAt;

/** Seconds of wall time since the drill's start. */
export const secondsIn = (record: DrillRecord, at: number): number => (at - startOf(record)) / 1_000_000;

/** The phase at a moment; `drain` after the load, null before it. */
function phaseAt(record: DrillRecord, at: number): string | null {
  if (at < startOf(record)) return null;
  return record.phases.find((phase) => at < phase.endsAt)?.name ?? 'drain';
}

/** `+32.4 s, surge`. */
export function moment(record: DrillRecord, at: number | null): string {
  if (at === null) return nothing;
  const phase = phaseAt(record, at);
  const seconds = secondsIn(record, at);
  return `${seconds < 0 ? '−' : '+'}${Math.abs(seconds).toFixed(1)} s${phase === null ? '' : `, ${plain(phase)}`}`;
}

/** `order 4711`, `orders 1, 2, 3 and 9 more`. */
export function operations(ops: readonly number[], most = 3): string {
  if (ops.length === 0) return '';
  const shown = ops.slice(0, most);
  const rest = ops.length - shown.length;
  return `${ops.length === 1 ? 'op' : 'ops'} ${shown.join(', ')}${rest > 0 ? ` and ${number(rest)} more` : ''}`;
}

export interface Breach {
  readonly invariant: InvariantResult;
  readonly example: Counterexample;
  readonly at: number;
}

/** The earliest counterexample with a time: where to look first on the curve. */
export function firstBreach({ judgement }: JudgedRun): Breach | undefined {
  const breaches = judgement.invariants
    .filter((invariant) => invariant.verdict === 'fail')
    .flatMap((invariant) =>
      invariant.examples.flatMap((example) => (example.at === null ? [] : [{ invariant, example, at: example.at }])),
    );
  return breaches.toSorted((a, b) => a.at - b.at)[0];
}

/** One sentence: what the verdict rests on. */
export function headline({ judgement }: JudgedRun): string {
  const { invariants, objectives } = judgement;
  if (invariants.length + objectives.length === 0)
    return 'nothing to judge: the scenario has neither objectives nor invariants';
  const broken = invariants.filter((invariant) => invariant.verdict === 'fail');
  const missed = objectives.filter((objective) => objective.verdict === 'fail');
  const unknown = [...invariants, ...objectives].filter((result) => result.verdict === 'inconclusive').length;
  const parts = [
    ...(broken.length > 0 ? [`${number(broken.length)} of ${counted(invariants.length, 'invariant')} broken`] : []),
    ...(missed.length > 0 ? [`${number(missed.length)} of ${counted(objectives.length, 'objective')} missed`] : []),
    ...(unknown > 0 ? [`${number(unknown)} inconclusive`] : []),
  ];
  if (parts.length > 0) return listed(parts);
  if (judgement.verdict !== 'pass') return 'the evidence of the run as a whole is too thin';
  return `${counted(invariants.length, 'invariant')} kept, ${counted(objectives.length, 'objective')} met`;
}

export interface ImpactLine {
  readonly label: string;
  readonly figures: readonly ImpactResult[];
  /** `31,204 units · ₹4.21 crore` */
  readonly text: string;
  /** Actual damage: a figure of harm other than zero. */
  readonly harmful: boolean;
}

/**
 * Figures about one thing in several units (`oversoldUnits`, `oversoldPaise`) on one line: damage first, then other figures (the
 * confirmed share); omits harm that did not occur.
 */
export function impactLines({ judgement }: JudgedRun): ImpactLine[] {
  const groups = Map.groupBy(judgement.impact, ({ name, unit }) =>
    name.toLowerCase().endsWith(unit.toLowerCase()) ? name.slice(0, -unit.length) : name,
  );
  return [...groups.values()]
    .filter((figures) => figures.some(({ harm, value }) => !harm || value !== 0))
    .map((figures) => ({
      label: capitalised(figures[0]?.label ?? ''),
      figures,
      text: figures.map((figure) => measured(figure.value, figure.unit)).join(' · '),
      harmful: figures.some(({ harm, value }) => harm && value !== 0),
    }))
    .toSorted((a, b) => Number(b.harmful) - Number(a.harmful));
}

/** The phase with the highest rate. */
export const surgeOf = ({ judgement }: JudgedRun): PhaseResult | undefined =>
  judgement.phases.toSorted((a, b) => b.plannedPerSecond - a.plannedPerSecond)[0];

/**
 * The highest age of the oldest undecided operation, s: at the end of each second, and at each append where an objective
 * bounds it. Null if it was never measured.
 */
export function worstLag({ judgement }: JudgedRun): number | null {
  const asked = judgement.objectives.filter(({ curve }) => curve === 'lagSeconds');
  const lags = [
    ...judgement.seconds.map(({ lagSeconds }) => lagSeconds),
    ...asked.map(({ observed }) => observed),
  ].filter((lag) => lag !== null);
  return lags.length === 0 ? null : Math.max(...lags);
}

/** `surge: 14,980 of 15,000 orders/s decided · p50 29 ms · p99 88 ms · lag max 245 ms`; empty without a load. */
export function surgeAccount(run: JudgedRun): string {
  const surge = surgeOf(run);
  if (surge === undefined) return '';
  const { name, decidedPerSecond, plannedPerSecond, p50Ms, p99Ms } = surge;
  const lag = worstLag(run);
  return [
    `${plain(name)}: ${number(decidedPerSecond)} of ${number(plannedPerSecond)} ${plain(run.judgement.primaryPlural)}/s decided`,
    `p50 ${latency(p50Ms, plannedPerSecond)}`,
    `p99 ${latency(p99Ms, plannedPerSecond)}`,
    ...(lag === null ? [] : [`lag max ${measured(lag, 's')}`]),
  ].join(' · ');
}

/** One line: the generator's account of itself. */
export function generatorAccount({ judgement: { generator: g } }: JudgedRun): string {
  const parts = [
    `${number(g.planned)} planned`,
    `${number(g.sent)} sent`,
    ...(g.failed > 0 ? [`${number(g.failed)} failed`] : []),
    `${number(g.unsent)} unsent`,
    `send delay p99 ${measured(g.sendErrorP99Ms, 'ms')}, max ${measured(g.sendErrorMaxMs, 'ms')}`,
    `${number(g.cpuMicrosPerOp, 1)}µs CPU per operation`,
    g.keptUp ? 'kept up' : 'FELL BEHIND',
  ];
  return parts.join(' · ');
}

interface Scaled {
  readonly scenario: { readonly timeScale: number };
  readonly loadScale: number;
}

const timeScaled = ({ scenario: { timeScale } }: Pick<Scaled, 'scenario'>): string[] =>
  timeScale === 1 ? [] : [`Time scale ${number(timeScale, 2)}× (faults and batches; the load is real time)`];

/** What a reader must know before any figure: scales other than 1. Empty if time and load are real. */
export function scales({ record }: { readonly record: Scaled }): string[] {
  return [
    ...timeScaled(record),
    ...(record.loadScale === 1 ? [] : [`Load is ${number(record.loadScale, 4)}× the scenario's`]),
  ];
}

/** What a reader must know besides the verdict: the time scale, and the judge's notes, which include the load scale. */
export const remarks = ({ record, judgement }: JudgedRun): string[] => [...timeScaled(record), ...judgement.notes];

export const commitDigits = 12;

/** `commit 3f2a1b9c0d12, with uncommitted changes`; empty if unknown. */
export function commitAccount({ record: { commit } }: JudgedRun): string {
  if (commit === undefined) return '';
  const changed = commit.endsWith('-dirty') ? ', with uncommitted changes' : '';
  return `commit ${commit.slice(0, commitDigits)}${changed}`;
}

/** The dangerous states that a drill reached: `12 redelivered, 3 stock-at-zero`; empty if none. */
export const reachedAccount = ({ judgement: { reached } }: JudgedRun): string =>
  reached.map(({ state, count }) => `${number(count)} ${state}`).join(', ');
