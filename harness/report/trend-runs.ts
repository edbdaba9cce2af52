/** Runs over time, from their `run.json` alone. */
import type { Verdict } from '../judge/judgement.ts';
import { commitDigits } from './judged-run.ts';
import { plain } from './format.ts';
import type { ReadRun } from './read-run.ts';

/** A `run.json` that was found. */
export interface FoundRun {
  /** Below the folder that was asked for. */
  readonly folder: string;
  /** When its `run.json` was last written, ms since the epoch. */
  readonly writtenAt: number;
  readonly run: ReadRun;
}

/** One run of a series. */
export interface TrendRun {
  readonly folder: string;
  /** `2026-11-27 21:10:05` */
  readonly when: string;
  readonly verdict: Verdict;
  /** Of the phase with the highest planned rate; null where nothing was measured. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly decidedPerSecond: number | null;
  /** (correct + degraded) ÷ planned. */
  readonly goodShare: number | null;
  /** Names of broken invariants and missed objectives; of what was inconclusive where neither is. */
  readonly remarks: readonly string[];
  /** Undefined where nobody watched the machine. */
  readonly isQuiet: boolean | undefined;
  readonly commit: string;
}

/** Runs of one scenario on one target at one scale, the oldest first: others cannot be compared with them. */
export interface TrendSeries {
  readonly title: string;
  readonly runs: readonly TrendRun[];
}

/** The series of these runs, that with the newest run first. */
export function trendOf(found: readonly FoundRun[]): TrendSeries[] {
  const series = Map.groupBy(found, ({ run }) => titleOf(run));
  return [...series]
    .map(([title, runs]) => ({
      title,
      runs: runs.map((one) => trendRun(one)).toSorted((a, b) => order(a.when, b.when) || order(a.folder, b.folder)),
    }))
    .toSorted((a, b) => order(b.runs.at(-1)?.when ?? '', a.runs.at(-1)?.when ?? '') || order(a.title, b.title));
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function titleOf({ scenario, target, loadScale, timeScale, stack }: ReadRun): string {
  const scales = [
    ...(loadScale === 1 ? [] : [`load ${loadScale}×`]),
    ...(timeScale === 1 ? [] : [`time ${timeScale}×`]),
    `${stack} stack`,
  ];
  return plain(`${scenario} › ${target} (${scales.join(', ')})`);
}

function trendRun({ folder, writtenAt, run }: FoundRun): TrendRun {
  const peak = run.phases.toSorted((a, b) => (b.plannedPerSecond ?? 0) - (a.plannedPerSecond ?? 0))[0];
  const results = [...run.invariants, ...run.objectives];
  const named = (verdict: Verdict) => results.filter((one) => one.verdict === verdict).map(({ name }) => plain(name));
  return {
    folder: plain(folder),
    when: whenOf(run.run, writtenAt),
    verdict: run.verdict,
    p50Ms: peak?.p50Ms ?? null,
    p99Ms: peak?.p99Ms ?? null,
    decidedPerSecond: peak?.decidedPerSecond ?? null,
    goodShare: run.service.goodShare,
    remarks: named('fail').length > 0 ? named('fail') : named('inconclusive'),
    isQuiet: run.machine?.quiet,
    commit: plain(run.commit ?? '').slice(0, commitDigits),
  };
}

/** A run has the time of its start in its name; one that was named otherwise, that of its verdict. Both as UTC. */
function whenOf(name: string, writtenAt: number): string {
  const started = /(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})/.exec(name);
  if (started !== null) return `${started[1]} ${started[2]}:${started[3]}:${started[4]}`;
  return new Date(writtenAt).toISOString().slice(0, 19).replace('T', ' ');
}
