import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { DrillPlan, PlannedDrill } from '../drill/drill-plan.ts';
import { usageError } from '../errors.ts';
import { filePattern } from '../history/parquet-files.ts';
import { madeNow, makeFolders } from '../folders.ts';
import { explained, reasonOf } from '../failure.ts';
import { claimResults, writeAborted, type AbortedRunOf } from '../report/aborted.ts';
import { plain } from '../report/format.ts';
import type { JudgedRun } from '../report/judged-run.ts';

/** Maximum runs of one scenario that may begin in the same second. */
const mostAlike = 1_000;

/**
 * Each target's folder below the run's: `inventory/streaming` → `inventory-streaming`; unique, and never outside the run's
 * folder.
 */
function targetFolders(targets: readonly string[]): string[] {
  const folders: string[] = [];
  for (const target of targets) {
    const name = folderName(target);
    const alike = (count: number) => (count === 1 ? name : `${name}-${count}`);
    let count = 1;
    while (folders.includes(alike(count))) count += 1;
    folders.push(alike(count));
  }
  return folders;
}

/** A name as a single path component that every file system accepts. */
export const folderName = (name: string): string =>
  name
    .toWellFormed()
    .replaceAll(/[/\\:*?"<>|[\]\p{Cc}]/gu, '-')
    .replace(/^[.-]+/, '') || 'unnamed';

/** A run's results folders. From the start each says that its run has no verdict, until it has one. */
export interface Results {
  readonly folder: string;
  /** Including their histories. */
  readonly plans: readonly DrillPlan[];
  /** Call before drilling a plan. */
  begin(plan: DrillPlan): Promise<void>;
  /** Every plan was judged and the reports are written. */
  ended(): Promise<void>;
  /**
   * The run ends without an overall verdict: writes why, and what there is. Returns the text that says so, ending in a newline.
   */
  aborted(judged: readonly JudgedRun[], reason: unknown): Promise<string>;
}

const ownFolder = ({ historyFolder }: DrillPlan): string => dirname(historyFolder);

/**
 * Creates and claims the results folder of these plans. `out` is the user's own; without it a new folder below `results/`.
 * Refuses (64) one that is not empty, or that another run has just taken. Never removes anything.
 */
export async function openResults(
  planned: readonly PlannedDrill[],
  out: string | undefined,
  around: string,
): Promise<Results> {
  const { run: wanted } = firstOf(planned);
  const { folder, run } =
    out === undefined
      ? await newFolder(join(around, 'results'), folderName(wanted))
      : { folder: await namedFolder(resolve(around, out), out), run: wanted };
  const named = planned.map((plan) => ({ ...plan, run }));
  if (!(await claimed(folder, aboutRun(named)))) throw taken(out ?? folder);
  const alone = planned.length === 1;
  const names = alone ? [''] : targetFolders(planned.map(({ target }) => target.name));
  const plans = named.map((plan, index) => ({ ...plan, historyFolder: join(folder, names[index] ?? '', 'history') }));
  return {
    folder,
    plans,
    begin: async (plan) => {
      if (alone) return;
      await mkdir(ownFolder(plan));
      await claimResults(ownFolder(plan), aboutRun([plan]));
    },
    // Each target's own folder says it; this one would be mistaken for a run without a verdict.
    ended: async () => (alone ? undefined : await rm(join(folder, 'run.json'), { force: true })),
    aborted: async (judged, reason) => {
      const why = reasonOf(reason);
      const done = new Set(judged.map(({ record }) => record.target.name));
      for (const plan of plans)
        if (!alone && !done.has(plan.target.name) && existsSync(ownFolder(plan)))
          await writeAborted(ownFolder(plan), aboutRun([plan]), why, [{ target: plan.target.name, folder: '' }]);
      if (alone && done.size > 0) return '';
      const there = plans.map(({ target }, index) => ({ target: target.name, folder: names[index] ?? '' }));
      return `Aborted: ${await writeAborted(folder, aboutRun(plans), why, there)}\nKept in ${plain(folder)}\n`;
    },
  };
}

/** One folder for the results worth keeping from many drills. */
export interface ManyResults {
  readonly folder: string;
  readonly run: string;
  /** Removes it if nothing was kept; otherwise resolves to true. */
  close(): Promise<boolean>;
}

/** `out` is the user's own; without it a folder of a new name below `results/`. Refuses (64) one that holds anything. */
export async function openManyResults(
  { run: wanted }: PlannedDrill,
  around: string,
  out?: string,
): Promise<ManyResults> {
  if (out !== undefined) {
    const folder = await namedFolder(resolve(around, out), out);
    return {
      folder,
      run: wanted,
      close: async () =>
        rmdir(folder).then(
          () => false,
          () => existsSync(folder),
        ),
    };
  }
  const all = join(around, 'results');
  const isNew = !existsSync(all);
  const { folder, run } = await newFolder(all, folderName(wanted));
  return {
    folder,
    run,
    close: async () => {
      for (const path of isNew ? [folder, all] : [folder]) await rmdir(path).catch(() => undefined);
      return existsSync(folder);
    },
  };
}

/** One of many drills, in a new folder of its own; if it does not finish, what exists stays and says why. */
export async function drillInto<Result>(
  folder: string,
  planned: PlannedDrill,
  drill: (plan: DrillPlan) => Promise<Result>,
): Promise<Result> {
  const plan = { ...planned, historyFolder: join(folder, 'history') };
  await mkdir(folder);
  await claimed(folder, aboutRun([plan]));
  try {
    return await drill(plan);
  } catch (error) {
    const why = reasonOf(explained(error));
    await writeAborted(folder, aboutRun([plan]), why, [{ target: plan.target.name, folder: '' }]);
    throw error;
  }
}

function firstOf(plans: readonly PlannedDrill[]): PlannedDrill {
  const [first] = plans;
  if (first === undefined) throw usageError('no target to run');
  return first;
}

function aboutRun(plans: readonly PlannedDrill[]): AbortedRunOf {
  const { run, seed, command, scenario } = firstOf(plans);
  return { run, scenario: scenario.name, targets: plans.map(({ target }) => target.name), seed, command };
}

const claimed = (results: string, of: AbortedRunOf): Promise<boolean> =>
  claimResults(results, of).catch((error: unknown) => {
    throw cannot(results, error);
  });

async function newFolder(parent: string, name: string): Promise<{ readonly folder: string; readonly run: string }> {
  requireReadable(parent, parent);
  await makeFolders(parent).catch((error: unknown) => {
    throw cannot(parent, error);
  });
  for (let count = 1; count <= mostAlike; count += 1) {
    const run = count === 1 ? name : `${name}-${count}`;
    const folder = join(parent, run);
    if (await made(folder, folder)) return { folder, run };
  }
  throw usageError(`${join(parent, name)}: ${mostAlike} of that name already exist; choose a folder with --out`);
}

async function namedFolder(path: string, out: string): Promise<string> {
  if (out.trim() === '') throw usageError('--out: the folder name is empty');
  requireReadable(path, out);
  await makeFolders(dirname(path)).catch((error: unknown) => {
    throw cannot(out, error);
  });
  if (await made(path, out)) return path;
  const there = await readdir(path).catch((error: unknown) => {
    throw cannot(out, error);
  });
  // A newly made volume has a folder from its file system.
  if (there.some((name) => name !== 'lost+found')) throw taken(out);
  return path;
}

const made = (path: string, out: string): Promise<boolean> =>
  madeNow(path).catch((error: unknown) => {
    throw cannot(out, error);
  });

const taken = (results: string) =>
  usageError(`--out ${results}: already exists and is not empty; choose a new folder, nothing is overwritten`);

/** Nothing is written that could not be read later. */
function requireReadable(path: string, out: string): void {
  try {
    filePattern(path);
  } catch (error) {
    throw cannot(out, error);
  }
}

const cannot = (results: string, error: unknown) =>
  usageError(
    `--out ${results}: cannot be made (${error instanceof Error ? error.message : String(error)}); choose a writable folder`,
  );
