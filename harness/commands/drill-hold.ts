import { rm } from 'node:fs/promises';
import type { CapacityHold } from '../capacity/capacity-shape.ts';
import { holdResult } from '../capacity/hold-result.ts';
import { resourceSeries } from '../capacity/resource-series.ts';
import type { NextHold } from '../capacity/search.ts';
import type { PlannedDrill } from '../drill/drill-plan.ts';
import { UserError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { explained, reasonOf } from '../failure.ts';
import { openHistory } from '../history/reader.ts';
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

/**
 * One hold, from a clean stack to its result, reports and all in `folder`; the history of one that held is not kept. One that did not come to
 * its end is inconclusive. Rejects where `signal` is aborted, with its reason, and where the target's or the domain's own data are wrong.
 */
export async function drillHold(
  planned: PlannedDrill,
  { perSecond, purpose }: NextHold,
  { folder, run }: HoldPlace,
  { stack, signal }: { readonly stack: DrillStack; readonly signal: AbortSignal },
): Promise<CapacityHold> {
  const begun = performance.now();
  const started = await stack.ready(needsOf(planned.target));
  signal.throwIfAborted();
  const { longestPause } = planned.target;
  const pauseMs = longestPause === undefined ? 0 : wallMs(longestPause, planned.scenario.timeScale);
  const about = () => ({ perSecond, purpose, run, tookMs: Math.round(performance.now() - begun) });
  try {
    const hold = await drillInto(folder, planned, async (plan): Promise<CapacityHold> => {
      const judged = await drillAndJudge(plan, { ...unwatched, ...started, stackUpMs: 0, signal });
      await writeReports(folder, [judged]);
      if (judged.judgement.failedButPresent > 0)
        throw new UserError(
          ExitCode.internal,
          `${judged.judgement.failedButPresent} sends recorded as failed but in the log: a bug in the generator`,
        );
      await using history = await openHistory(plan.historyFolder, signal);
      const series = await resourceSeries(history);
      return { ...holdResult(judged.record, judged.judgement, pauseMs), series, ...about() };
    });
    if (hold.verdict === 'held') await rm(`${folder}/history`, { recursive: true, force: true });
    return hold;
  } catch (error) {
    signal.throwIfAborted();
    const failure = explained(error);
    if (failure instanceof UserError && failure.exitCode !== ExitCode.unavailable) throw failure;
    // What the load has made of the stack is not known: the next hold gets a new one.
    await stack[Symbol.asyncDispose]();
    return { ...unknownHold(`the hold did not finish: ${reasonOf(failure)}`), ...about() };
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
