import { dirname, join } from 'node:path';
import type { DrillPlan, DrillSurroundings } from '../drill/drill-plan.ts';
import { runDrill } from '../drill/run-drill.ts';
import { judge } from '../judge/judge.ts';
import { exampleLives } from '../report/example-lives.ts';
import type { JudgedRun } from '../report/judged-run.ts';
import { counterexamplesFolder } from '../report/counterexamples-folder.ts';
import { writeRun } from '../report/write-reports.ts';

/** What a drill needs when nobody watches it. */
export const unwatched = { onNote: () => {}, onSample: () => {} } as const;

/**
 * One drill of one target, from a clean stack to its verdict: the history's folder gets the history, counterexamples and
 * `run.json`. Rejects like `runDrill` and `judge`; what exists by then stays.
 */
export async function drillAndJudge(plan: DrillPlan, around: DrillSurroundings): Promise<JudgedRun> {
  const record = await runDrill(plan, around);
  around.onNote('Judging');
  const folder = dirname(plan.historyFolder);
  const judgement = await judge(plan.historyFolder, plan.domain, join(folder, counterexamplesFolder), around.signal);
  await writeRun(folder, { record, judgement });
  const life = await exampleLives(plan.historyFolder, plan.domain, judgement, around.signal);
  return { record, judgement, life };
}
