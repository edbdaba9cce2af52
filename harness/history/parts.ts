import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

import { badInputs } from '../errors.ts';
import type { DrillRecord, PartRecord, SealedRecord } from './drill-record.ts';
import { requireFile, sqlFile, withoutExtensions } from './parquet-files.ts';
import { type HistoryTable, historySchema } from './schema.ts';

/** Anything that could be mistaken for a part, including a sync tool's copy (`effects-drill (1).parquet`). */
const looksLikePart = (file: string): boolean => /\.parquet$/i.test(file);
const tables = Object.keys(historySchema) as HistoryTable[];
const tableOf = (file: string): HistoryTable | undefined => tables.find((table) => file.startsWith(`${table}-`));

/** What to do about an incomplete history. */
export const copyAgain = "copy the run's folder again, or repeat the drill";

/**
 * Writes `drill.json` into a history's folder, with the list of its parts; the last step, after every writer has closed. From
 * then on any change, loss or addition invalidates the history.
 */
export async function sealHistory(folder: string, drill: DrillRecord): Promise<void> {
  const parts = await listParts(folder);
  const record: SealedRecord = { ...drill, scenarioSha256: scenarioSha256(drill.scenario), parts };
  await writeFile(join(folder, 'drill.json'), `${JSON.stringify(record, null, 1)}\n`);
}

/** Of the scenario's JSON without white space, with its members in the order of `drill.json`. */
export const scenarioSha256 = (scenario: unknown): string =>
  createHash('sha256').update(JSON.stringify(scenario)).digest('hex');

async function listParts(folder: string): Promise<PartRecord[]> {
  const files = (await readdir(folder)).filter(looksLikePart).toSorted();
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', ...withoutExtensions });
  const connection = await instance.connect();
  try {
    const rows = await rowsByFile(connection, folder, files);
    const parts: PartRecord[] = [];
    for (const file of files) {
      const path = join(folder, file);
      const table = tableOf(file);
      if (table === undefined) throw new Error(`${path} exists but belongs to no table`);
      parts.push({ table, file, rows: rows.get(file) ?? 0, sha256: await sha256Of(path) });
    }
    return parts;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Row counts of these files in a folder, from their footers; all at once, since a query costs more than a footer. */
export async function rowsByFile(
  connection: DuckDBConnection,
  folder: string,
  files: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (files.length === 0) return new Map();
  const list = files.map((file) => sqlFile(join(folder, file))).join(', ');
  const reader = await connection.runAndReadAll(`SELECT file_name, num_rows FROM parquet_file_metadata([${list}])`);
  return new Map(reader.getRows().map(([path, rows]) => [basename(String(path)), Number(rows)]));
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path, { highWaterMark: bytesAtATime })) hash.update(bytes as Buffer);
  return hash.digest('hex');
}
const bytesAtATime = 1024 * 1024;

/**
 * Files by table, once the folder is shown to hold exactly the listed parts, byte for byte. Anything else is a bad input (65)
 * that names every file.
 */
export async function checkParts(
  folder: string,
  parts: readonly PartRecord[],
): Promise<ReadonlyMap<HistoryTable, string[]>> {
  const there = new Set((await readdir(folder)).filter(looksLikePart));
  const misfits = [...wrongEntries(folder, parts), ...wrongFiles(folder, parts, there)];
  if (misfits.length > 0) throw badInputs(misfits);
  const changed: string[] = [];
  for (const { file, sha256 } of parts) {
    const path = join(folder, file);
    await requireFile(path);
    const found = await sha256Of(path).catch((error: unknown) => {
      throw badInputs([
        `${path}: cannot be read (${error instanceof Error ? error.message : String(error)}); ${copyAgain}`,
      ]);
    });
    if (found !== sha256)
      changed.push(`${path}: differs from what was written: truncated, damaged, or from another run; ${copyAgain}`);
  }
  if (changed.length > 0) throw badInputs(changed);
  const byTable = new Map<HistoryTable, string[]>();
  for (const { table, file } of parts) byTable.set(table, [...(byTable.get(table) ?? []), file].toSorted());
  return byTable;
}

function wrongEntries(folder: string, parts: readonly PartRecord[]): string[] {
  const files = parts.map(({ file }) => file);
  return parts.flatMap(({ table, file }, index) => {
    const path = `${join(folder, 'drill.json')}: parts[${index}]`;
    if (files.indexOf(file) !== index) return [`${path}: ${file} is listed twice; ${copyAgain}`];
    return tableOf(file) === table ? [] : [`${path}: ${file} is not a part of ${table}; ${copyAgain}`];
  });
}

function wrongFiles(folder: string, parts: readonly PartRecord[], there: ReadonlySet<string>): string[] {
  const listed = new Set(parts.map(({ file }) => file));
  return [
    ...[...listed.difference(there)].map(
      (file) => `${join(folder, file)}: missing, though drill.json lists it; ${copyAgain}`,
    ),
    ...[...there.difference(listed)].map(
      (file) =>
        `${join(folder, file)}: not a part of this history (drill.json does not list it); take it out of the folder`,
    ),
  ];
}
