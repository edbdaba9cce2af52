import { join } from 'node:path';
import type { Domain } from '../domains/domain.ts';
import { sqlText } from '../domains/sql.ts';
import { badInputs } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { aboutOf, lifeOf, pastedLife } from '../explain/life.ts';
import { subjectNamed } from '../explain/subject.ts';
import { sqlFiles } from '../history/parquet-files.ts';
import { type History, openHistory } from '../history/reader.ts';
import { abortedText } from '../report/aborted.ts';
import { brokenPromises } from '../report/broken-promises.ts';
import { type Explanation, explanationJson, explanationText } from '../report/explanation.ts';
import { isAborted, readRun } from '../report/read-run.ts';
import { sweepDead } from '../session/sweep.ts';
import { shellWords } from '../shell-words.ts';
import { findRun, type RunFolder } from './run-folder.ts';
import type { Surroundings } from './run.ts';

export interface ExplainOptions {
  readonly all: boolean;
  readonly json: boolean;
  readonly sql: boolean;
}

/** `toofan explain RUN KEY|OP`: one life out of a history. Reads only; exit 0 whatever broke. */
export async function explain(
  directory: string,
  text: string,
  { all, json, sql }: ExplainOptions,
  around: Surroundings,
): Promise<ExitCode> {
  const run = await findRun('explain', directory, around.folder);
  await sweepDead();
  await using history = await openHistory(run.history, around.signal);
  const name = history.drill.scenario.domain;
  const domain = around.registry.domains.get(name);
  if (domain === undefined) throw badInputs([`${directory}: unknown domain '${name}'`]);
  const explained = await explanationOf(history, domain, run, directory, text);
  if (sql) around.stdout.write(explained.query);
  else if (json) around.stdout.write(explanationJson(explained));
  else {
    if (run.aborted !== undefined) around.stdout.write(`The run was aborted: ${abortedText(run.aborted)}\n`);
    const width = around.stdout.columns ?? Infinity;
    around.stdout.write(explanationText(explained, { colour: around.colour, width, isWhole: all }));
  }
  return ExitCode.pass;
}

async function explanationOf(
  history: History,
  domain: Domain,
  { folder, history: historyFolder }: RunFolder,
  directory: string,
  text: string,
): Promise<Explanation> {
  const subject = await subjectNamed(history, text);
  const life = await lifeOf(history, domain, subject);
  const ofKey =
    'op' in subject ? (life.moments.find(({ op, key }) => op === subject.op && key !== null)?.key ?? null) : null;
  const key = 'key' in subject ? subject.key : ofKey;
  const [named] =
    key === null
      ? []
      : await history.rows<{ name: string | null }>(
          `SELECT min(name) AS name FROM catalogue WHERE key = ${sqlText(key)}`,
        );
  const run = await readRun(folder);
  const isJudged = run !== undefined && !isAborted(run);
  const words = (...rest: string[]) => shellWords(['npx', 'toofan', 'explain', directory, ...rest]);
  return {
    record: history.drill,
    domain,
    subject,
    name: named?.name ?? null,
    ofKey,
    life,
    broken: isJudged ? await brokenPromises(folder, run, subject) : null,
    brokenByKey: isJudged && ofKey !== null ? await brokenPromises(folder, run, { key: ofKey }) : [],
    query: pastedLife(subject, aboutOf(history, domain), (table) => {
      const parts = history.drill.parts.filter((part) => part.table === table).map(({ file }) => file);
      return sqlFiles(folder === historyFolder ? directory : join(directory, 'history'), table, parts);
    }),
    command: words(text),
    commandFor: (other) => words(other),
  };
}
