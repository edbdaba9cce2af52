import { basename, dirname, join, resolve } from 'node:path';
import { badInputs, usageError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { reasonOf } from '../failure.ts';
import { makeFolders } from '../folders.ts';
import { placeText } from '../history/place-file.ts';
import { readDrillRecord } from '../history/read-drill-record.ts';
import { judge } from '../judge/judge.ts';
import { comparedHtml } from '../report/compared-html.ts';
import { commonPhases, type ComparedRun } from '../report/compared-runs.ts';
import { comparedText } from '../report/compared-text.ts';
import { didYouMean } from '../scenario/did-you-mean.ts';
import { sweepDead } from '../session/sweep.ts';
import { findRun } from './run-folder.ts';
import { folderName } from './results.ts';
import type { Surroundings } from './run.ts';

export interface CompareOptions {
  readonly from?: string;
  readonly out?: string;
}

const letters = ['A', 'B', 'C', 'D', 'E', 'F'];

/**
 * `toofan compare A B [C …]`: runs of one domain, judged again from their histories, side by side on the terminal and on one page. Writes that
 * page and nothing else. Exit 0 whatever differs: `gate` decides.
 */
export async function compare(
  folders: readonly string[],
  { from, out }: CompareOptions,
  around: Surroundings,
): Promise<ExitCode> {
  if (folders.length < 2)
    throw usageError('compare takes at least two runs; give the folders of two, as results/a results/b');
  if (folders.length > letters.length)
    throw usageError(`compare takes at most ${letters.length} runs, not ${folders.length}`);
  const found = [];
  for (const folder of folders) found.push({ ...(await findRun('compare', folder, around.folder)), named: folder });
  const records = await Promise.all(found.map(({ history }) => readDrillRecord(history)));
  const domains = records.map(({ scenario }) => scenario.domain);
  const other = domains.findIndex((name) => name !== domains[0]);
  if (other > 0)
    throw badInputs([
      `${folders[0]} is of the domain '${domains[0]}' and ${folders[other]} of '${domains[other]}': they have no promise in common`,
    ]);
  const domain = around.registry.domains.get(domains[0] ?? '');
  if (domain === undefined) throw badInputs([`${folders[0]}: unknown domain '${domains[0]}'`]);
  await sweepDead();
  const runs: ComparedRun[] = [];
  for (const [index, record] of records.entries()) {
    const { history = '', named = '' } = found[index] ?? {};
    const judgement = await judge(history, domain, undefined, around.signal);
    runs.push({ letter: letters[index] ?? '', folder: named, record, judgement });
  }
  const pagePath = await placedPage(comparedHtml(runs, phaseOf(runs, from)), runs, out, around);
  const width = around.stdout.columns ?? Infinity;
  around.stdout.write(comparedText(runs, { colour: around.colour, width, pagePath }));
  return ExitCode.pass;
}

/** Where the curves begin: where the user says, else with the first phase that all of them have. */
function phaseOf(runs: readonly ComparedRun[], from: string | undefined): string | undefined {
  const common = commonPhases(runs);
  if (from === undefined || common.includes(from)) return from ?? common[0];
  throw usageError(`--from ${from}: no phase that all of them have.${didYouMean(from, common)}`);
}

async function placedPage(
  text: string,
  [first, second]: readonly ComparedRun[],
  out: string | undefined,
  around: Surroundings,
): Promise<string> {
  const names = [first, second].map((run) => folderName(basename(resolve(around.folder, run?.folder ?? ''))));
  const path = resolve(around.folder, out ?? join('results', `compare-${names.join('-')}.html`));
  try {
    await makeFolders(dirname(path));
    await placeText(text, path);
    return path;
  } catch (error) {
    throw usageError(`--out ${out ?? path}: cannot be written (${reasonOf(error)}); choose another file`);
  }
}
