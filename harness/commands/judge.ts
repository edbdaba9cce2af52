import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { badInput, usageError } from '../errors.ts';
import type { ExitCode } from '../exit-code.ts';
import { faults } from '../faults/index.ts';
import { readDrillRecord } from '../history/reader.ts';
import { judge } from '../judge/judge.ts';
import { exitCodeOf } from '../judge/verdict.ts';
import { verdictText } from '../report/terminal.ts';
import { counterexamplesFolder, writeReports } from '../report/write-reports.ts';
import { validateFaults } from '../scenario/validate.ts';
import type { Surroundings } from './run.ts';

/** `toofan judge DIR`: the verdict again, from the history alone. The reports are written anew beside it. */
export async function judgeAgain(directory: string, around: Surroundings): Promise<ExitCode> {
  const folder = resolve(around.folder, directory);
  if (!existsSync(folder)) throw usageError(`${directory}: there is no such folder; name one that \`toofan run\` made`);
  const history = existsSync(join(folder, 'history')) ? join(folder, 'history') : folder;
  const record = await readDrillRecord(history);
  const domain = around.registry.domains.get(record.scenario.domain);
  if (domain === undefined)
    throw badInput(`${directory}: it is of the domain '${record.scenario.domain}', which is not known here`);
  const wrong = validateFaults(record.scenario, { domain, faults });
  if (wrong.length > 0)
    throw badInput(wrong.map((problem) => `${join(history, 'drill.json')}: scenario.${problem}`).join('\n'));
  const results = history === folder ? resolve(folder, '..') : folder;
  const all = join(results, counterexamplesFolder);
  const runs = [{ record, judgement: await judge(history, domain, all) }];
  await writeReports(results, runs);
  const width = around.stdout.columns ?? 100;
  around.stdout.write(verdictText(runs, { colour: around.colour, width, reportPath: join(results, 'report.html') }));
  return exitCodeOf(runs[0]?.judgement ?? fail());
}

function fail(): never {
  throw new Error('a history was judged and there is no judgement');
}
