/**
 * What the parts of a history must satisfy besides their SHA-256. Each check rejects (65) naming the file. The footers of all
 * files are read at once: a query costs more than many footers.
 */
import { basename, join } from 'node:path';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { sqlList, sqlText } from '../domains/sql.ts';
import { badInput, badInputs } from '../errors.ts';
import { reasonOf } from '../failure.ts';
import type { PartRecord } from './drill-record.ts';
import { parquetRows, sqlFile } from './parquet-files.ts';
import { copyAgain, rowsByFile } from './parts.ts';
import { columnTypes } from './columns.ts';
import { historySchema } from './schema.ts';

/**
 * Row counts must match the list; every column must exist with its type; and no number may be too large for us, no time
 * impossible.
 */
export async function checkFooters(
  connection: DuckDBConnection,
  folder: string,
  parts: readonly PartRecord[],
): Promise<void> {
  const files = parts.map(({ file }) => file);
  const ask: Ask = (sql) => footersOf(connection, folder, files, sql);
  await checkRows(connection, folder, parts);
  await checkColumns(ask, folder, parts);
  await checkFigures(ask, folder, parts);
}

type FooterRows = ReadonlyMap<string, readonly (readonly DuckDBValue[])[]>;
/** Queries the footers of all files: rows by file, without the leading column `file_name`. */
type Ask = (sql: (files: string) => string) => Promise<FooterRows>;

async function footersOf(
  connection: DuckDBConnection,
  folder: string,
  files: readonly string[],
  sql: (files: string) => string,
): Promise<FooterRows> {
  if (files.length === 0) return new Map();
  const reader = await connection.runAndReadAll(
    sql(`[${files.map((file) => sqlFile(join(folder, file))).join(', ')}]`),
  );
  const byFile = new Map<string, DuckDBValue[][]>();
  for (const [path, ...row] of reader.getRows()) {
    const file = basename(String(path));
    const rows = byFile.get(file);
    if (rows === undefined) byFile.set(file, [row]);
    else rows.push(row);
  }
  return byFile;
}

async function checkRows(connection: DuckDBConnection, folder: string, parts: readonly PartRecord[]): Promise<void> {
  const files = parts.map(({ file }) => file);
  const found = await rowsByFile(connection, folder, files).catch(async (error: unknown) => {
    // Checks one file at a time to find the bad one.
    for (const file of files)
      await rowsByFile(connection, folder, [file]).catch((own: unknown) => {
        throw badInput(`${join(folder, file)}: ${unreadable(own)}; ${copyAgain}`);
      });
    throw error;
  });
  for (const { file, rows } of parts) {
    const there = found.get(file) ?? 0;
    if (there !== rows)
      throw badInput(`${join(folder, file)}: has ${there} rows, but drill.json lists ${rows}; ${copyAgain}`);
  }
}

async function checkColumns(ask: Ask, folder: string, parts: readonly PartRecord[]): Promise<void> {
  const found = await ask(
    (files) => `
      SELECT file_name, name, coalesce(duckdb_type, type), coalesce(num_children, 0) FROM parquet_schema(${files})
      ORDER BY file_name, column_id`,
  );
  for (const { file, table } of parts) {
    const types = topLevel(found.get(file) ?? []);
    const wrong = columnTypes(table).flatMap(([name, type]) => {
      const is = types.get(name);
      if (is === undefined) return [`no column ${name}`];
      return is === type || (is === 'INTEGER' && type === 'BIGINT') ? [] : [`column ${name} is ${is}, not ${type}`];
    });
    if (wrong.length > 0)
      throw badInputs([
        `${join(folder, file)}: is not a part of a history (${wrong.join(', ')}); take it out of the folder`,
      ]);
  }
}

/** Types by column, from a schema's nodes: each is followed by its children. The first is the root. */
function topLevel(nodes: readonly (readonly DuckDBValue[])[]): Map<string, string> {
  const types = new Map<string, string>();
  let within = 0;
  for (const [name, type, children] of nodes.slice(1)) {
    if (within > 0) within -= 1;
    else types.set(String(name), Number(children) > 0 ? 'nested' : String(type));
    within += Number(children);
  }
  return types;
}

const isFigure = (type: string): boolean => type === 'BIGINT';
const figureNames = [
  ...new Set(
    Object.values(historySchema).flatMap((columns) =>
      Object.entries<string>(columns).flatMap(([name, type]) => (isFigure(type) ? [name] : [])),
    ),
  ),
];

/** From each column's minimum and maximum: numbers too large for us, and impossible times. */
async function checkFigures(ask: Ask, folder: string, parts: readonly PartRecord[]): Promise<void> {
  const found = await ask(
    (files) => `
      SELECT file_name, path_in_schema, min(TRY_CAST(stats_min_value AS HUGEINT)), max(TRY_CAST(stats_max_value AS HUGEINT))
      FROM parquet_metadata(${files}) WHERE path_in_schema IN ${sqlList(figureNames)} GROUP BY ALL`,
  );
  // One odd sample is no reason to refuse a history; an operation at an impossible time is.
  for (const { file, table } of parts.filter((part) => part.table !== 'samples')) {
    const figures = new Set(columnTypes(table).flatMap(([name, type]) => (isFigure(type) ? [name] : [])));
    for (const [column, least, most] of found.get(file) ?? []) {
      const name = String(column);
      if (!figures.has(name)) continue;
      const earliest = /(^|_)at$/.test(name) ? 0 : -Number.MAX_SAFE_INTEGER;
      const odd = Number(least) < earliest ? least : Number(most) > Number.MAX_SAFE_INTEGER ? most : null;
      if (odd !== null)
        throw badInput(
          `${join(folder, file)}: column ${name} holds ${String(odd)}, which is not a measurement; ${copyAgain}`,
        );
    }
  }
}

/**
 * A balance without key, moment or amount is invalid, and recording writes no such row; but a key missing from the read model has
 * no amount there.
 */
export async function checkBalances(
  connection: DuckDBConnection,
  folder: string,
  files: readonly string[],
  readModel: string | undefined,
): Promise<void> {
  for (const file of files) await checkBalancesOf(connection, join(folder, file), readModel);
}

async function checkBalancesOf(connection: DuckDBConnection, path: string, readModel: string | undefined) {
  const isShown = readModel === undefined ? 'false' : `store = ${sqlText(readModel)}`;
  const columns = ['store', 'key', 'moment', 'available'];
  const empty = columns.map(
    (name) => `count(*) FILTER ("${name}" IS NULL${name === 'available' ? ` AND NOT (${isShown})` : ''})`,
  );
  const reader = await connection.runAndReadAll(`SELECT ${empty.join(', ')} FROM ${parquetRows([path])}`);
  for (const [index, count] of (reader.getRows()[0] ?? []).entries())
    if (count !== 0n)
      throw badInput(`${path}: column ${columns[index]} is empty in ${String(count)} rows; ${copyAgain}`);
}

function unreadable(error: unknown): string {
  const text = reasonOf(error);
  if (/magic bytes|too small|footer|truncated/i.test(text)) return 'is not a complete Parquet file (truncated?)';
  return `cannot be read (${text})`;
}
