import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reportHtml } from './html.ts';
import type { JudgedRun } from './judged-run.ts';
import { junitXml } from './junit.ts';
import { runJson } from './run-json.ts';
import { summaryMarkdown } from './summary.ts';

/** The folder of one target below the run's, where several were drilled: `inventory/streaming` → `inventory-streaming`. */
export const targetFolder = (target: string): string => target.replaceAll('/', '-');

/** Beside a run's `history/`: every counterexample, a Parquet file for each broken invariant. */
export const counterexamplesFolder = 'counterexamples';

/**
 * Writes `run.json`, `report.html`, `junit.xml` and `summary.md` into `folder`; with several runs each `run.json` goes
 * into its target's folder below it and the other three are over all of them. Every file appears whole or not at all.
 * Gives the path of the page.
 */
export async function writeReports(folder: string, runs: readonly JudgedRun[]): Promise<string> {
  for (const run of runs) {
    const own = runs.length === 1 ? folder : join(folder, targetFolder(run.record.target.name));
    await writeWhole(own, 'run.json', `${JSON.stringify(runJson(run.record, run.judgement), undefined, 2)}\n`);
  }
  await writeWhole(folder, 'junit.xml', junitXml(runs));
  await writeWhole(folder, 'summary.md', summaryMarkdown(runs));
  return await writeWhole(folder, 'report.html', reportHtml(runs));
}

async function writeWhole(folder: string, name: string, text: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  const unfinished = join(folder, `.${name}.${process.pid}`);
  try {
    await writeFile(unfinished, text);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return path;
}
