import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { badInput, badInputs } from '../errors.ts';
import { schemaProblems } from '../schema-problems.ts';
import { drillRecordShape, type SealedRecord } from './drill-record.ts';
import { requireFile } from './parquet-files.ts';
import { copyAgain } from './parts.ts';

/** The record of a day-long drill with every partition of a large cluster takes some MB. */
const mostRecordBytes = 64 * 1024 * 1024;

/** Reads only `drill.json`: what a report needs before judging. */
export async function readDrillRecord(folder: string): Promise<SealedRecord> {
  const file = join(folder, 'drill.json');
  await requireFile(file, mostRecordBytes);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const why = error instanceof Error && 'code' in error && error.code !== 'ENOENT' ? ` (${String(error.code)})` : '';
    throw badInput(`${file}: cannot be read${why}; give the folder of a run (results/<run>) or its history/`);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badInput(`${file}: is not complete JSON (truncated?); ${copyAgain}`);
  }
  if (typeof value !== 'object' || value === null || !('schema' in value))
    throw badInput(`${file}: is not the record of a drill; give the folder of a run that \`toofan run\` wrote`);
  if (value.schema !== 1)
    throw badInput(
      `${file}: has schema ${JSON.stringify(value.schema)} but this version reads 1; judge it with the version that wrote it`,
    );
  if (!('parts' in value))
    throw badInput(
      `${file}: does not list the parts of the history, so a missing one would go unnoticed; judge it with the older version that wrote it, or repeat the drill`,
    );
  const problems = schemaProblems(drillRecordShape, value);
  if (problems.length > 0) throw badInputs(problems.map((problem) => `${file}: ${problem}; ${copyAgain}`));
  return value as SealedRecord;
}
