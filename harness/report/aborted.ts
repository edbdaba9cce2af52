/** `run.json` of a run that did not finish: it has no verdict, and what exists of it stays. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { requireFile } from '../history/parquet-files.ts';
import { placeText } from '../history/place-file.ts';
import { counted, listed, plain } from './format.ts';
import { abortedShape, type AbortedRun } from './run-shape.ts';

/** What a folder holds of one target's drill. */
type Held = AbortedRun['there'][number];

const fileName = 'run.json';
const unended = 'the run has not ended: it is still running, or its process was killed';

export type AbortedRunOf = Pick<AbortedRun, 'run' | 'scenario' | 'targets' | 'seed' | 'command'>;

/**
 * Claims a folder for a run with an aborted `run.json`, which stays true until there is a verdict, even if the harness is killed.
 * False if one already exists: the folder belongs to another run.
 */
export async function claimResults(folder: string, of: AbortedRunOf): Promise<boolean> {
  try {
    await writeFile(join(folder, fileName), textOf(of, unended, []), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Writes why the run ended and what exists of it, and returns the same in words. If even that cannot be written (a full disk),
 * the claim still stands.
 */
export async function writeAborted(
  folder: string,
  of: AbortedRunOf,
  why: string,
  there: readonly Omit<Held, 'holds'>[],
): Promise<string> {
  const held = await Promise.all(
    there.map(async (one) => ({ ...one, holds: await holdings(join(folder, one.folder)) })),
  );
  await placeText(textOf(of, why, held), join(folder, fileName)).catch(() => undefined);
  return abortedText({ why, there: held });
}

const textOf = ({ run, scenario, targets, seed, command }: AbortedRunOf, why: string, there: readonly Held[]): string =>
  `${JSON.stringify({ schema: 1, run, scenario, targets, seed, verdict: 'aborted', why, there, command } satisfies AbortedRun, undefined, 2)}\n`;

/** In the words of `run.json`: `a judged drill`, `a complete history, not judged`, `3 parts of a history`, `nothing`. */
async function holdings(folder: string): Promise<string> {
  const [own, history] = await Promise.all([names(folder), names(join(folder, 'history'))]);
  if (history.includes('drill.json'))
    return own.includes(fileName) && (await readAborted(folder)) === undefined
      ? 'a judged drill'
      : 'a complete history, not judged,';
  const parts = history.filter((name) => name.endsWith('.parquet')).length;
  return parts === 0 ? 'nothing' : `${counted(parts, 'part')} of a history`;
}

const names = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** The members that are read; the file is untrusted. */
const shape = z.object(abortedShape.pick({ verdict: true, why: true, there: true, command: true }).shape);
type Read = z.infer<typeof shape>;

/** Even with the maximum number of counterexamples it is far smaller. */
const mostBytes = 64 * 1024 * 1024;

/** A folder's `run.json`, if it is an aborted run's; untrusted. */
export async function readAborted(folder: string): Promise<Read | undefined> {
  try {
    await requireFile(join(folder, fileName), mostBytes);
    const { success, data } = shape.safeParse(JSON.parse(await readFile(join(folder, fileName), 'utf8')));
    return success ? data : undefined;
  } catch {
    return undefined;
  }
}

/** `interrupted. Kept: a judged drill of inventory/streaming (in inventory-streaming)`. */
export function abortedText({ why, there }: Pick<Read, 'why' | 'there'>): string {
  const held = there
    .filter(({ holds }) => holds !== 'nothing')
    .map(({ target, folder, holds }) => `${holds} of ${target}${folder === '' ? '' : ` (in ${folder})`}`);
  return plain(`${why.replace(/\.$/, '')}. ${held.length === 0 ? 'Nothing was recorded' : `Kept: ${listed(held)}`}`);
}
