import { dirname, join } from 'node:path';
import type { DrillPlan, DrillSurroundings } from '../drill/drill-plan.ts';
import { runDrill } from '../drill/run-drill.ts';
import { judge } from '../judge/judge.ts';
import type { JudgedRun } from '../report/judged-run.ts';
import { counterexamplesFolder, writeRun } from '../report/write-reports.ts';

/** What a drill needs of its surroundings where nobody watches it. */
export const unwatched = { onNote: () => {}, onSample: () => {} } as const;

/**
 * One drill of one target, from a clean stack to its verdict: history, counterexamples and `run.json` are in the folder of the
 * plan's history. Rejects as `runDrill` and `judge` do; what there is stays.
 */
export async function drillAndJudge(plan: DrillPlan, around: DrillSurroundings): Promise<JudgedRun> {
  const record = await runDrill(plan, around);
  around.onNote('Judging');
  const folder = dirname(plan.historyFolder);
  const judgement = await judge(plan.historyFolder, plan.domain, join(folder, counterexamplesFolder), around.signal);
  await writeRun(folder, { record, judgement });
  return { record, judgement };
}
