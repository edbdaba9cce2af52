/** The promises that a key or an operation broke, from the counterexamples that judging kept. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NamedSubject } from '../explain/life-sql.ts';
import { badInput, UserError } from '../errors.ts';
import { sqlText } from '../domains/sql.ts';
import { openDatabase } from '../history/database.ts';
import { parquetRows, requireFile } from '../history/parquet-files.ts';
import { plainRow } from '../history/plain-row.ts';
import type { Counterexample } from '../judge/judgement.ts';
import { counterexamplesFolder } from './counterexamples-folder.ts';
import type { ReadRun } from './read-run.ts';

/** One promise, and the counterexamples that name the subject. */
export interface BrokenPromise {
  readonly name: string;
  readonly promise: string;
  /** Of this subject. */
  readonly violations: number;
  /** Most harmful first; limited in number. */
  readonly examples: readonly Counterexample[];
}

const mostExamples = 1_000;

/**
 * The broken promises of a judged run about this key or one of these operations. From the run's `counterexamples/`, or, for an
 * invariant without a file there, from `run.json`, which holds ten.
 */
export async function brokenPromises(folder: string, run: ReadRun, subject: NamedSubject): Promise<BrokenPromise[]> {
  const broken = run.invariants.filter(({ violations }) => violations > 0);
  if (broken.length === 0) return [];
  const kept = join(folder, counterexamplesFolder);
  const there = new Set(await readdir(kept).catch(() => []));
  const files = broken.map(({ name }) => `${name}.parquet`).filter((file) => there.has(file));
  for (const file of files) await requireFile(join(kept, file));
  await using database = await openDatabase(kept, files);
  const found: BrokenPromise[] = [];
  for (const { name, promise, examples } of broken) {
    const file = files.find((one) => one === `${name}.parquet`);
    const own = file === undefined ? examples.filter((one) => isAbout(one, subject)) : await keptIn(join(kept, file));
    if (own.length > 0) found.push({ name, promise, violations: own.length, examples: own.slice(0, mostExamples) });
  }
  return found;

  async function keptIn(path: string): Promise<Counterexample[]> {
    const isTheirs = 'key' in subject ? `key = ${sqlText(subject.key)}` : `list_contains(ops, ${subject.op})`;
    const reader = await database
      .ask(() =>
        database.connection.runAndReadAll(`
        SELECT key::VARCHAR AS key, ops::BIGINT[] AS ops, "at"::BIGINT AS "at", harm::DOUBLE AS harm, detail::VARCHAR AS detail
        FROM ${parquetRows([path])} WHERE ${isTheirs} ORDER BY harm DESC, "at" NULLS LAST, ops LIMIT ${mostExamples * 10}`),
      )
      .catch((error: unknown) => {
        if (error instanceof UserError) throw error;
        throw badInput(`${path}: is not a list of counterexamples; judge the run again: npx toofan judge`);
      });
    return reader.getRowObjects().map((row) => plainRow(row) as unknown as Counterexample);
  }
}

const isAbout = ({ key, ops }: Pick<Counterexample, 'key' | 'ops'>, subject: NamedSubject): boolean =>
  'key' in subject ? key === subject.key : ops.includes(subject.op);
