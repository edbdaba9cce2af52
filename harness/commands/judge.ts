import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { badInputs, usageError } from '../errors.ts';
import type { ExitCode } from '../exit-code.ts';
import { reasonOf } from '../failure.ts';
import { faults } from '../faults/registry.ts';
import { readDrillRecord } from '../history/read-drill-record.ts';
import { judge } from '../judge/judge.ts';
import { exitCodeOf } from '../judge/verdict.ts';
import { abortedText, readAborted } from '../report/aborted.ts';
import { counted } from '../report/format.ts';
import type { JudgedRun } from '../report/judged-run.ts';
import { terminalText } from '../report/terminal.ts';
import { counterexamplesFolder, writeReports, writeRun } from '../report/write-reports.ts';
import { validateFaults } from '../scenario/validate.ts';
import { sweepDead } from '../session/sweep.ts';
import { shellWords } from '../shell-words.ts';
import type { Surroundings } from './run.ts';

/**
 * `toofan judge DIR`: the verdict again, from the history alone. The reports are written anew into that folder and nowhere else; where
 * they cannot be, the verdict comes all the same. Of a run that was aborted it says so, and judges what is whole.
 */
export async function judgeAgain(directory: string, around: Surroundings): Promise<ExitCode> {
  const begun = performance.now();
  if (directory.trim() === '')
    throw usageError('judge: the folder name is empty; give a folder that `toofan run` made');
  const folder = resolve(around.folder, directory);
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) throw usageError(`${directory}: no such folder; give one that \`toofan run\` made`);
  if (!found.isDirectory()) throw usageError(`${directory}: a file; give the folder of its run, ${dirname(directory)}`);
  const history = existsSync(join(folder, 'history')) ? join(folder, 'history') : folder;
  const aborted = await readAborted(folder);
  if (!existsSync(join(history, 'drill.json'))) await refuseWithoutRecord(directory, folder, aborted);
  const record = await readDrillRecord(history);
  await sweepDead();
  const domain = around.registry.domains.get(record.scenario.domain);
  if (domain === undefined) throw badInputs([`${directory}: unknown domain '${record.scenario.domain}'`]);
  const wrong = validateFaults(record.scenario, { domain, faults });
  if (wrong.length > 0) throw badInputs(wrong.map((problem) => `${join(history, 'drill.json')}: scenario.${problem}`));
  const run = { record, judgement: await judge(history, domain, join(folder, counterexamplesFolder), around.signal) };
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

/** Where there is no record, there is nothing to judge here; says whether the run was aborted, and where its targets are. */
async function refuseWithoutRecord(
  directory: string,
  folder: string,
  aborted: Awaited<ReturnType<typeof readAborted>>,
): Promise<void> {
  if (aborted !== undefined)
    throw badInputs([
      `${directory}: the run was aborted: ${abortedText(aborted)}. It has no verdict; run it again: ${aborted.command}`,
    ]);
  const below = await drillsIn(folder);
  if (below.length === 0) return;
  const paths = below.map(({ name }) => join(directory, name));
  const isOneRun = below.length > 1 && new Set(below.map(({ run }) => run)).size === 1;
  throw badInputs([
    isOneRun
      ? `${directory}: a run of several targets; give one of: ${paths.toSorted().join(', ')}`
      : `${directory}: not a run, but holds ${counted(below.length, 'run')}; give one, such as the newest: npx toofan judge ${shellWords([paths[0] ?? ''])}`,
  ]);
}

const isDrill = (path: string): boolean => existsSync(join(path, 'history', 'drill.json'));

/** Folders below that hold a drill, or those of several targets, with the name of their run; the newest first. */
async function drillsIn(folder: string): Promise<{ name: string; run: string; at: number }[]> {
  const found: { name: string; run: string; at: number }[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const targets = isDrill(path) ? [] : await readdir(path).catch(() => []);
    const drill = isDrill(path) ? path : targets.map((target) => join(path, target)).find(isDrill);
    if (drill === undefined) continue;
    // What cannot be read is a run of its own: whoever names it is told why.
    const run = await readDrillRecord(join(drill, 'history')).then(
      (record) => record.run,
      () => path,
    );
    found.push({ name, run, at: (await stat(path)).mtimeMs });
  }
  return found.toSorted((a, b) => b.at - a.at);
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
