import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

import { sqlText } from '../domains/sql.ts';
import { badInput, badInputs } from '../errors.ts';
import { reasonOf } from '../failure.ts';
import { schemaProblems } from '../schema-problems.ts';
import { type DrillRecord, drillRecordShape, type SealedRecord } from './drill-record.ts';
import { filePattern, parquetRows, requireFile, withoutExtensions } from './parquet-files.ts';
import { checkBalances, checkFigures, checkPart, checkRows } from './check-part.ts';
import { checkParts, copyAgain } from './parts.ts';
import { placeFile } from './place-file.ts';
import { type HistoryTable, historySchema } from './schema.ts';
import { plainRow } from './plain-row.ts';
import { openSpill } from './spill.ts';

/** An open history: a view for every table (`operations`, `appends` …), empty where the drill wrote none. */
export interface History extends AsyncDisposable {
  readonly drill: SealedRecord;
  /** Tables that have at least one part. */
  readonly tables: ReadonlySet<HistoryTable>;
  /** Samples whose value or time is none (NaN, infinite, beyond 2^53): `samples` is without them. */
  readonly unusableSamples: number;
  run(sql: string): Promise<void>;
  /** Rows as objects; BIGINT becomes a number (all of ours are safe integers), lists become arrays. */
  rows<Result>(sql: string): Promise<Result[]>;
  /** Writes the rows of a query as Parquet; the file appears whole or not at all. Rejects with the system's error where it cannot. */
  keep(sql: string, path: string): Promise<void>;
}

/** Above this DuckDB spills to disk; the process itself takes some 300 MB more. */
const memoryLimit = '640MB';
const threads = '2';

const tableNames = Object.keys(historySchema) as HistoryTable[];

/**
 * Opens the folder `history/` of a run and checks that it is the whole history of that run: `drill.json` of this version, every
 * part as it was written and none that it does not list, every column there, every figure one that a number holds. Anything else
 * is a bad input (65) that names the file. Nothing is written to the folder; what does not fit in memory spills to the system's
 * temporary folder and goes away on disposal. Where `signal` is aborted, what is under way stops and rejects with its reason.
 */
export async function openHistory(folder: string, signal?: AbortSignal): Promise<History> {
  const drill = await readDrillRecord(folder);
  const parts = await checkParts(folder, drill.parts);
  const { folder: spill, close: closeSpill } = await openSpill();
  let instance: DuckDBInstance | undefined;
  let connection: DuckDBConnection | undefined;
  const interrupt = () => connection?.interrupt();
  signal?.addEventListener('abort', interrupt);
  const close = async () => {
    signal?.removeEventListener('abort', interrupt);
    connection?.closeSync();
    instance?.closeSync();
    await closeSpill();
  };
  try {
    instance = await DuckDBInstance.create(await databasePath(folder, spill, [...parts.values()].flat()), {
      threads,
      memory_limit: memoryLimit,
      temp_directory: join(spill, 'spill'),
      preserve_insertion_order: 'false',
      ...withoutExtensions,
    });
    const paths = [...parts.values()].flat().map((file) => join(folder, file));
    const open = (connection = await instance.connect());
    await shutIn(open, paths, spill);
    await checkRows(open, folder, drill.parts);
    for (const table of tableNames) await openTable(open, folder, table, parts.get(table) ?? []);
    for (const file of parts.get('balances') ?? [])
      await checkBalances(open, join(folder, file), drill.target.readModel?.name);
    requireTables(folder, drill, parts);
    const asked = <Result>(query: () => Promise<Result>): Promise<Result> => {
      signal?.throwIfAborted();
      return guarded(open, folder, paths, query).catch((error: unknown) => {
        signal?.throwIfAborted();
        throw error;
      });
    };
    const unusable = await open.runAndReadAll(`SELECT count(*) FROM all_samples WHERE NOT (${isUsable})`);
    return {
      drill,
      tables: new Set(parts.keys()),
      unusableSamples: Number(unusable.getRows()[0]?.[0]),
      run: async (sql) => {
        await asked(() => open.run(sql));
      },
      rows: (sql) =>
        asked(async () => {
          const reader = await open.runAndReadAll(sql);
          return reader.getRowObjects().map((row) => plainRow(row)) as never[];
        }),
      keep: async (sql, path) => {
        const kept = join(spill, 'kept.parquet');
        await asked(() => open.run(`COPY (${sql}) TO ${sqlText(kept)} (FORMAT parquet)`));
        await placeFile(kept, path);
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    signal?.throwIfAborted();
    throw error;
  }
}

/**
 * Whatever a query says from here on, it reaches these files and the folder for spilling, no other file and no network, and it
 * cannot change that: a history may be anybody's.
 */
async function shutIn(connection: DuckDBConnection, paths: readonly string[], spill: string): Promise<void> {
  const named = [...new Set(paths.flatMap((path) => [path, filePattern(path)]))];
  await connection.run(`
    SET allowed_paths = [${named.map(sqlText).join(', ')}];
    SET allowed_directories = [${sqlText(spill)}];
    SET enable_external_access = false;
    SET lock_configuration = true`);
}

/**
 * A large history is judged in a database file: its tables are compressed, and memory holds only what a query needs at the
 * time. A small one is judged in memory, which saves the disk's waiting at every table.
 */
async function databasePath(folder: string, spill: string, files: readonly string[]): Promise<string> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0) < smallHistoryBytes ? ':memory:' : join(spill, 'judge.duckdb');
}

/** About two million operations. */
const smallHistoryBytes = 80 * 1024 * 1024;

/** A record of a day's drill with every partition of a large cluster has some MB. */
const mostRecordBytes = 64 * 1024 * 1024;

/** Reads `drill.json` alone: what a report must know before it judges. */
export async function readDrillRecord(folder: string): Promise<SealedRecord> {
  const file = join(folder, 'drill.json');
  await requireFile(file, mostRecordBytes);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const why = error instanceof Error && 'code' in error && error.code !== 'ENOENT' ? ` (${String(error.code)})` : '';
    throw badInput(`${file}: cannot be read${why}; name the folder of a run (results/<run>) or its history/`);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badInput(`${file}: is not whole JSON, cut short perhaps; ${copyAgain}`);
  }
  if (typeof value !== 'object' || value === null || !('schema' in value))
    throw badInput(`${file}: is not the record of a drill; name the folder of a run that \`toofan run\` wrote`);
  if (value.schema !== 1)
    throw badInput(
      `${file}: has schema ${JSON.stringify(value.schema)} and this version reads 1; judge it with the version that wrote it`,
    );
  if (!('parts' in value))
    throw badInput(
      `${file}: does not list the parts of the history, so that one which is lost would not be seen; judge it with the older version that wrote it, or run the drill anew`,
    );
  const problems = schemaProblems(drillRecordShape, value);
  if (problems.length > 0) throw badInputs(problems.map((problem) => `${file}: ${problem}; ${copyAgain}`));
  return value as SealedRecord;
}

/** Of `all_samples`; a sample without a value is one of something that was not there (a key that the shelf lacks). */
const isUsable = `coalesce("at" BETWEEN 0 AND ${Number.MAX_SAFE_INTEGER} AND coalesce(began_at, 0) BETWEEN 0 AND ${Number.MAX_SAFE_INTEGER}
  AND abs(coalesce(value, 0)) <= ${Number.MAX_SAFE_INTEGER}, false)`;

/** Checks each part's columns and figures by its footer, then makes the view over all of them. */
async function openTable(connection: DuckDBConnection, folder: string, table: HistoryTable, files: readonly string[]) {
  const columns = Object.entries<string>(historySchema[table]);
  const select = columns.map(([name, type]) => `"${name}"::${type} AS "${name}"`).join(', ');
  for (const file of files) {
    await checkPart(connection, join(folder, file), columns);
    // One odd sample is no reason to refuse a history; an operation at no time is.
    if (table !== 'samples') await checkFigures(connection, join(folder, file), columns);
  }
  const source =
    files.length > 0
      ? `SELECT ${select} FROM ${parquetRows(files.map((file) => join(folder, file)))}`
      : `SELECT ${columns.map(([name, type]) => `NULL::${type} AS "${name}"`).join(', ')} WHERE false`;
  if (table !== 'samples') await connection.run(`CREATE VIEW ${table} AS ${source}`);
  else
    await connection.run(
      `CREATE VIEW all_samples AS ${source}; CREATE VIEW samples AS FROM all_samples WHERE ${isUsable}`,
    );
}

/** What the offsets say was logged must be there as a table: a part that got lost must not look like lost orders. */
function requireTables(folder: string, drill: DrillRecord, parts: ReadonlyMap<HistoryTable, readonly string[]>): void {
  const logged = (role: 'input' | 'decisions') =>
    drill.offsets.some((offset) => offset.role === role && offset.end > offset.start);
  const required: [HistoryTable, boolean][] = [
    ['operations', true],
    ['appends', logged('input')],
    ['decisions', logged('decisions')],
  ];
  for (const [table, isRequired] of required) {
    if (isRequired && !parts.has(table)) throw badInput(`${folder}: has no ${table}-*.parquet; ${copyAgain}`);
  }
}

/** A part may be damaged in its middle, which shows only when it is read: a query that fails is followed by a look at each. */
async function guarded<Result>(
  connection: DuckDBConnection,
  folder: string,
  paths: readonly string[],
  query: () => Promise<Result>,
): Promise<Result> {
  try {
    return await query();
  } catch (error) {
    if (reasonOf(error).startsWith('INTERRUPT')) throw error;
    // Sums and spans of what no drill measures: times centuries apart, money beyond all there is.
    if (reasonOf(error).startsWith('Out of Range Error'))
      throw badInput(`${folder}: holds figures beyond what can be reckoned with (${reasonOf(error)}); ${copyAgain}`);
    for (const path of paths) {
      const readAll = connection.run(`SELECT count(COLUMNS(*)) FROM ${parquetRows([path])}`);
      await readAll.catch((damage: unknown) => {
        throw badInput(`${path}: is damaged (${reasonOf(damage)}); ${copyAgain}`);
      });
    }
    throw error;
  }
}
