import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { badInputs, usageError } from '../errors.ts';
import { readDrillRecord } from '../history/read-drill-record.ts';
import { abortedText, readAborted } from '../report/aborted.ts';
import { counted } from '../report/format.ts';
import { shellWords } from '../shell-words.ts';

/** A run that a user names. */
export interface RunFolder {
  /** Absolute, where its reports are. */
  readonly folder: string;
  /** Its `history/`, or itself where that was named; it has a `drill.json`. */
  readonly history: string;
  /** What its `run.json` says where it was aborted. */
  readonly aborted: Awaited<ReturnType<typeof readAborted>>;
}

/**
 * The run in `directory`, for a command that needs its history. Refuses what is no folder (64), and what holds no whole drill (65): an aborted
 * run, several targets, a folder of runs; then it says which to give.
 */
export async function findRun(command: string, directory: string, around: string): Promise<RunFolder> {
  const folder = await existingFolder(command, directory, around);
  const history = existsSync(join(folder, 'history')) ? join(folder, 'history') : folder;
  const aborted = await readAborted(folder);
  if (!existsSync(join(history, 'drill.json'))) await refuseWithoutRecord(command, directory, folder, aborted);
  return { folder, history, aborted };
}

/** The path of a folder that is there; else refuses (64). */
export async function existingFolder(command: string, directory: string, around: string): Promise<string> {
  if (directory.trim() === '')
    throw usageError(`${command}: the folder name is empty; give a folder that \`toofan run\` made`);
  const folder = resolve(around, directory);
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) throw usageError(`${directory}: no such folder; give one that \`toofan run\` made`);
  if (!found.isDirectory()) throw usageError(`${directory}: a file; give the folder of its run, ${dirname(directory)}`);
  return folder;
}

/** Where there is no record, there is nothing to read here; says whether the run was aborted, and where its targets are. */
async function refuseWithoutRecord(
  command: string,
  directory: string,
  folder: string,
  aborted: RunFolder['aborted'],
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
      : `${directory}: not a run, but holds ${counted(below.length, 'run')}; give one, such as the newest: npx toofan ${command} ${shellWords([paths[0] ?? ''])}`,
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
