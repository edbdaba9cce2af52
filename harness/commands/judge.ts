import { join } from 'node:path';
import { badInputs } from '../errors.ts';
import type { ExitCode } from '../exit-code.ts';
import { reasonOf } from '../failure.ts';
import { faults } from '../faults/registry.ts';
import { readDrillRecord } from '../history/read-drill-record.ts';
import { judge } from '../judge/judge.ts';
import { exitCodeOf } from '../judge/verdict.ts';
import { abortedText } from '../report/aborted.ts';
import { exampleLives } from '../report/example-lives.ts';
import type { JudgedRun } from '../report/judged-run.ts';
import { terminalText } from '../report/terminal.ts';
import { counterexamplesFolder } from '../report/counterexamples-folder.ts';
import { writeReports, writeRun } from '../report/write-reports.ts';
import { validateFaults } from '../scenario/validate.ts';
import { sweepDead } from '../session/sweep.ts';
import { findRun } from './run-folder.ts';
import type { Surroundings } from './run.ts';

/**
 * `toofan judge DIR`: the verdict again, from the history alone. Rewrites the reports in that folder and nowhere else; if that
 * fails, it still gives the verdict. For an aborted run it says so and judges what is whole.
 */
export async function judgeAgain(directory: string, around: Surroundings): Promise<ExitCode> {
  const begun = performance.now();
  const { folder, history, aborted } = await findRun('judge', directory, around.folder);
  const record = await readDrillRecord(history);
  await sweepDead();
  const domain = around.registry.domains.get(record.scenario.domain);
  if (domain === undefined) throw badInputs([`${directory}: unknown domain '${record.scenario.domain}'`]);
  const wrong = validateFaults(record.scenario, { domain, faults });
  if (wrong.length > 0) throw badInputs(wrong.map((problem) => `${join(history, 'drill.json')}: scenario.${problem}`));
  const judgement = await judge(history, domain, join(folder, counterexamplesFolder), around.signal);
  const run = { record, judgement, life: await exampleLives(history, domain, judgement, around.signal) };
  if (aborted !== undefined)
    around.stdout.write(`The run was aborted: ${abortedText(aborted)}. This history is complete:\n`);
  const reportPath = await reported(folder, run);
  const exitCode = exitCodeOf(run.judgement);
  const tookMs = performance.now() - begun;
  const width = around.stdout.columns ?? Infinity;
  around.stdout.write(
    terminalText([run], { colour: around.colour, width, reportPath, exitCode, tookMs, isAborted: false }),
  );
  return exitCode;
}

/** The path of the page, or why there is none. */
async function reported(folder: string, run: JudgedRun): Promise<string> {
  try {
    await writeRun(folder, run);
    return await writeReports(folder, [run]);
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return `not written: ${reasonOf(error)}`;
    throw error;
  }
}
