import { readdir, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { badInputs, usageError, UserError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { reasonOf } from '../failure.ts';
import { makeFolders } from '../folders.ts';
import { placeText } from '../history/place-file.ts';
import { counted } from '../report/format.ts';
import { isAborted, readRun } from '../report/read-run.ts';
import { trendHtml } from '../report/trend-html.ts';
import { type FoundRun, trendOf } from '../report/trend-runs.ts';
import { trendText } from '../report/trend-text.ts';
import { existingFolder } from './run-folder.ts';
import type { Surroundings } from './run.ts';

export interface TrendOptions {
  readonly out?: string;
}

/** A run of several targets has a folder for each below its own. */
const depth = 2;

/** `toofan trend FOLDER`: its runs over time, from their `run.json` alone, on the terminal and on one page. Exit 0 whatever they came to. */
export async function trend(directory: string, { out }: TrendOptions, around: Surroundings): Promise<ExitCode> {
  const folder = await existingFolder('trend', directory, around.folder);
  const { runs, aborted, unreadable } = await runsIn(folder);
  if (runs.length === 0)
    throw badInputs([
      unreadable[0] ??
        `${directory}: holds no run with a verdict${aborted > 0 ? ` (${counted(aborted, 'aborted run')})` : ''}; give the folder that holds the runs, such as results`,
    ]);
  const notes = [
    ...(aborted > 0 ? [`${counted(aborted, 'aborted run')} left out`] : []),
    ...unreadable.map((why) => `Left out: ${why}`),
  ];
  const series = trendOf(runs);
  const pagePath = resolve(around.folder, out ?? join(folder, 'trend.html'));
  try {
    await makeFolders(dirname(pagePath));
    await placeText(trendHtml(series, directory, notes), pagePath);
  } catch (error) {
    throw usageError(`--out ${out ?? pagePath}: cannot be written (${reasonOf(error)}); choose another file`);
  }
  around.stdout.write(trendText(series, { colour: around.colour, pagePath, notes }));
  return ExitCode.pass;
}

interface Found {
  readonly runs: FoundRun[];
  aborted: number;
  /** Why a `run.json` says nothing, each naming its file. */
  readonly unreadable: string[];
}

/** The runs in a folder and those below it; a link to a folder is not followed. */
async function runsIn(top: string): Promise<Found> {
  const found: Found = { runs: [], aborted: 0, unreadable: [] };
  const look = async (folder: string, below: number): Promise<void> => {
    try {
      const run = await readRun(folder);
      if (run !== undefined && isAborted(run)) found.aborted += 1;
      else if (run !== undefined) {
        const { mtimeMs } = await stat(join(folder, 'run.json'));
        found.runs.push({ folder: relative(top, folder) || '.', writtenAt: mtimeMs, run });
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      found.unreadable.push(error.message);
    }
    if (below === 0) return;
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.filter((one) => one.isDirectory()).toSorted((a, b) => (a.name < b.name ? -1 : 1)))
      await look(join(folder, entry.name), below - 1);
  };
  await look(top, depth);
  return found;
}
