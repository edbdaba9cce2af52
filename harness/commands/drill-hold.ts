import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CapacityHold, CapacityJson } from '../capacity/capacity-shape.ts';
import { cliffOf } from '../capacity/cliff.ts';
import { holdResult } from '../capacity/hold-result.ts';
import { resourceSeries } from '../capacity/resource-series.ts';
import type { NextHold } from '../capacity/search.ts';
import type { PlannedDrill } from '../drill/drill-plan.ts';
import { UserError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { explained, reasonOf } from '../failure.ts';
import { openHistory } from '../history/reader.ts';
import type { JudgedRun } from '../report/judged-run.ts';
import { writeReports } from '../report/write-reports.ts';
import { wallMs } from '../scenario/time.ts';
import { needsOf } from '../target/target.ts';
import { drillAndJudge, unwatched } from './drill-and-judge.ts';
import type { DrillStack } from './drill-stack.ts';
import { drillInto } from './results.ts';

interface HoldPlace {
  readonly folder: string;
  /** Its name in `capacity.json`. */
  readonly run: string;
}

interface Where {
  readonly stack: DrillStack;
  readonly signal: AbortSignal;
}

/** One drill over the cliff at that capacity, as `drillHold` does a hold; null where it did not come to its end. */
export async function drillCliff(
  planned: PlannedDrill,
  capacity: number,
  { folder, run }: HoldPlace,
  where: Where,
): Promise<CapacityJson['cliff']> {
  const found = await drillOnce(planned, folder, where, ({ record, judgement }) =>
    Promise.resolve(cliffOf(record, judgement, capacity, run)),
  );
  return found instanceof Error ? null : found;
}

/**
 * One hold, from a clean stack to its result, reports and all in `folder`; the history of one that held is not kept. One that did not come to
 * its end is inconclusive. Rejects where `signal` is aborted, with its reason, and where the target's or the domain's own data are wrong.
 */
export async function drillHold(
  planned: PlannedDrill,
  { perSecond, purpose }: NextHold,
  { folder, run }: HoldPlace,
  where: Where,
): Promise<CapacityHold> {
  const begun = performance.now();
  const { longestPause } = planned.target;
  const pauseMs = longestPause === undefined ? 0 : wallMs(longestPause, planned.scenario.timeScale);
  const found = await drillOnce(planned, folder, where, async ({ record, judgement }, historyFolder) => {
    await using history = await openHistory(historyFolder, where.signal);
    return { ...holdResult(record, judgement, pauseMs), series: await resourceSeries(history) };
  });
  const result = found instanceof Error ? unknownHold(`the hold did not finish: ${found.message}`) : found;
  if (result.verdict === 'held') await rm(join(folder, 'history'), { recursive: true, force: true });
  return { ...result, perSecond, purpose, run, tookMs: Math.round(performance.now() - begun) };
}

/** One drill with its reports, and what `tell` makes of it; why it did not come to its end, where it did not. Rejects as `drillHold` does. */
async function drillOnce<Result>(
  planned: PlannedDrill,
  folder: string,
  { stack, signal }: Where,
  tell: (run: JudgedRun, historyFolder: string) => Promise<Result>,
): Promise<Result | Error> {
  const started = await stack.ready(needsOf(planned.target));
  signal.throwIfAborted();
  try {
    return await drillInto(folder, planned, async (plan) => {
      const judged = await drillAndJudge(plan, { ...unwatched, ...started, stackUpMs: 0, signal });
      await writeReports(folder, [judged]);
      if (judged.judgement.failedButPresent > 0)
        throw new UserError(
          ExitCode.internal,
          `${judged.judgement.failedButPresent} sends recorded as failed but in the log: a bug in the generator`,
        );
      return await tell(judged, plan.historyFolder);
    });
  } catch (error) {
    signal.throwIfAborted();
    const failure = explained(error);
    if (failure instanceof UserError && failure.exitCode !== ExitCode.unavailable) throw failure;
    // What the load has made of the stack is not known: the next drill gets a new one.
    await stack[Symbol.asyncDispose]();
    return failure instanceof Error ? failure : new Error(reasonOf(failure));
  }
}

const unknownHold = (why: string): Omit<CapacityHold, 'perSecond' | 'purpose' | 'run' | 'tookMs'> => ({
  verdict: 'inconclusive',
  failedBy: [],
  why: [why],
  goals: [],
  lagSlope: null,
  p50Ms: null,
  p99Ms: null,
  decidedPerSecond: 0,
  lagMaxSeconds: null,
  ownCpuShare: null,
  missedAt: null,
  curve: [],
  series: [],
});
