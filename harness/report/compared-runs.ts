/** Runs side by side: what they promised, their figures, and what differed between them. */
import type { DrillRecord } from '../history/drill-record.ts';
import { type ComparisonCell, comparisonRows } from './comparison.ts';
import { latency, measured, nothing, number, plain } from './format.ts';
import type { JudgedRun } from './judged-run.ts';

/** One of the runs, called A, B, C … in every table. */
export interface ComparedRun extends JudgedRun {
  readonly letter: string;
  /** As the user named it. */
  readonly folder: string;
}

/** One line of a table, a cell per run. */
export interface ComparedRow {
  readonly name: string;
  readonly cells: readonly ComparisonCell[];
}

/** The phases, the warm-up aside, that all of them have; in the order of the first. */
export const commonPhases = (runs: readonly ComparedRun[]): string[] =>
  (runs[0]?.record.phases ?? [])
    .filter(({ name, warmUp }) => !warmUp && runs.every(({ record }) => record.phases.some((one) => one.name === name)))
    .map(({ name }) => name);

/** Objectives and invariants. */
export const promiseRows = (runs: readonly ComparedRun[]): ComparedRow[] => comparisonRows(runs);

interface Figure {
  readonly name: string;
  /** Null where it was not measured. */
  readonly of: (run: ComparedRun) => number | null;
  readonly text: (value: number | null, run: ComparedRun) => string;
}

/** Rates and latencies of each phase that all have, and what the drill cost; each beside the first run's, with the change from it. */
export function figureRows(runs: readonly ComparedRun[]): ComparedRow[] {
  const [first] = runs;
  if (first === undefined) return [];
  return [...commonPhases(runs).flatMap(phaseFigures), ...figuresOf(first)].flatMap(({ name, of, text }) => {
    const values = runs.map(of);
    if (values.every((value) => value === null)) return [];
    const cells = runs.map((run, index) => ({
      verdict: null,
      text: `${text(values[index] ?? null, run)}${index === 0 ? '' : changeText(values[0] ?? null, values[index] ?? null)}`,
    }));
    return [{ name, cells }];
  });
}

const rate = (value: number | null) => (value === null ? nothing : `${number(value)}/s`);

function phaseFigures(phase: string): Figure[] {
  const result = (run: ComparedRun) => run.judgement.phases.find(({ name }) => name === phase);
  const planned = (run: ComparedRun) => result(run)?.plannedPerSecond ?? 0;
  const name = plain(phase);
  return [
    { name: `${name}: decided`, of: (run) => result(run)?.decidedPerSecond ?? null, text: rate },
    { name: `${name}: p50`, of: (run) => result(run)?.p50Ms ?? null, text: (ms, run) => latency(ms, planned(run)) },
    { name: `${name}: p99`, of: (run) => result(run)?.p99Ms ?? null, text: (ms, run) => latency(ms, planned(run)) },
  ];
}

const figuresOf = ({ judgement }: ComparedRun): Figure[] => [
  {
    name: 'goodput',
    of: (run) => run.judgement.service.goodShare,
    text: (share) => measured(share, 'share'),
  },
  {
    name: 'lag max',
    of: ({ judgement: { seconds } }) => {
      const lags = seconds.flatMap(({ lagSeconds }) => lagSeconds ?? []);
      return lags.length === 0 ? null : Math.max(...lags);
    },
    text: (value) => measured(value, 's'),
  },
  ...judgement.impact.map(({ name, label, unit }) => ({
    name: `${plain(label)} (${plain(unit)})`,
    of: (run: ComparedRun) => run.judgement.impact.find((one) => one.name === name)?.value ?? null,
    text: (value: number | null) => measured(value, unit),
  })),
  {
    name: 'CPU of others',
    of: (run) => run.judgement.machine.foreignCpuShare,
    text: (share) => measured(share, 'share'),
  },
];

/** ` (+16 %)`; nothing where there is none, or nothing to compare with. */
function changeText(from: number | null, to: number | null): string {
  if (from === null || to === null || from === 0 || from === to) return '';
  const share = (to - from) / Math.abs(from);
  if (Math.abs(share) < 0.005) return '';
  return Math.abs(share) > 10
    ? ` (${number(to / from, 1)}×)`
    : ` (${share > 0 ? '+' : '−'}${number(Math.abs(share) * 100)} %)`;
}

/** A member of the runs' records that is not the same in all. */
export interface Difference {
  /** `scenario.load[2].to` */
  readonly path: string;
  readonly values: readonly string[];
}

const mostDifferences = 100;

/** What differed in what was asked for and in where it ran; the hundred first where there are more. */
export function differencesOf(runs: readonly ComparedRun[]): Difference[] {
  const flat = runs.map(({ record }) => flattened(settingOf(record)));
  const paths = [...new Set(flat.flatMap((one) => [...one.keys()]))];
  return paths
    .map((path) => ({ path: plain(path), values: flat.map((one) => plain(one.get(path) ?? nothing)) }))
    .filter(({ values }) => new Set(values).size > 1)
    .slice(0, mostDifferences);
}

const settingOf = ({ target, scenario, seed, loadScale, stack, machine, commit }: DrillRecord) => ({
  target,
  scenario: { ...scenario, sources: [] },
  seed,
  loadScale,
  stack: { kind: stack.kind, versions: stack.versions, stampedBy: stack.stampedBy },
  machine: { ...machine, busyBefore: machine.busyBefore ?? null, calibration: undefined },
  commit: commit ?? null,
});

/** Every value that holds no other, by its path. */
function flattened(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) {
    if (value !== undefined) into.set(path, typeof value === 'string' ? value : JSON.stringify(value));
    return into;
  }
  for (const [name, member] of Object.entries(value))
    flattened(member, Array.isArray(value) ? `${path}[${name}]` : `${path}${path === '' ? '' : '.'}${name}`, into);
  return into;
}
