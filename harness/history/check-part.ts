/** What one part of a history must be, beside the bytes that were written. Each check rejects (65) naming the file. */
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText } from '../domains/sql.ts';
import { badInput, badInputs } from '../errors.ts';
import { reasonOf } from '../failure.ts';
import type { PartRecord } from './drill-record.ts';
import { parquetRows, sqlFile } from './parquet-files.ts';
import { copyAgain, rowsOfPart } from './parts.ts';

/** What the list says of rows must be what the files say. */
export async function checkRows(
  connection: DuckDBConnection,
  folder: string,
  parts: readonly PartRecord[],
): Promise<void> {
  for (const { file, rows } of parts) {
    const path = join(folder, file);
    const found = await rowsOfPart(connection, path).catch((error: unknown) => {
      throw badInput(`${path}: ${unreadable(error)}; ${copyAgain}`);
    });
    if (found !== rows) throw badInput(`${path}: has ${found} rows, and drill.json lists ${rows}; ${copyAgain}`);
  }
}

/** Every column must be there, of its type. */
export async function checkPart(
  connection: DuckDBConnection,
  path: string,
  columns: readonly (readonly [string, string])[],
) {
  const reader = await connection
    .runAndReadAll(`DESCRIBE SELECT * FROM ${parquetRows([path])}`)
    .catch((error: unknown) => {
      throw badInput(`${path}: ${unreadable(error)}; ${copyAgain}`);
    });
  const found = new Map(reader.getRows().map(([name, type]) => [String(name), String(type)]));
  const wrong = columns.flatMap(([name, type]) => {
    const is = found.get(name);
    if (is === undefined) return [`no column ${name}`];
    return is === type || (is === 'INTEGER' && type === 'BIGINT') ? [] : [`column ${name} is ${is}, not ${type}`];
  });
  if (wrong.length > 0)
    throw badInputs([`${path}: is not a part of a history (${wrong.join(', ')}); take it out of the folder`]);
}

/** By the least and the largest of each column, as its footer has them: what no number of ours holds, or no clock shows. */
export async function checkFigures(
  connection: DuckDBConnection,
  path: string,
  columns: readonly (readonly [name: string, type: string])[],
) {
  const figures = columns.filter(([, type]) => type === 'BIGINT').map(([name]) => name);
  const reader = await connection.runAndReadAll(`
    SELECT path_in_schema, min(stats_min_value::HUGEINT), max(stats_max_value::HUGEINT)
    FROM parquet_metadata(${sqlFile(path)}) WHERE path_in_schema IN (${figures.map(sqlText).join(', ')}) GROUP BY ALL`);
  for (const [name, least, most] of reader.getRows()) {
    const earliest = /(^|_)at$/.test(String(name)) ? 0 : -Number.MAX_SAFE_INTEGER;
    const odd = Number(least) < earliest ? least : Number(most) > Number.MAX_SAFE_INTEGER ? most : null;
    if (odd !== null)
      throw badInput(`${path}: column ${String(name)} holds ${String(odd)}, which nothing measures; ${copyAgain}`);
  }
}

/** A balance of nothing, at no moment or of no amount is none, and recording writes no such row; but a key that the shelf lacks has no amount there. */
export async function checkBalances(connection: DuckDBConnection, path: string, shelf: string | undefined) {
  const isShelf = shelf === undefined ? 'false' : `store = ${sqlText(shelf)}`;
  const columns = ['store', 'key', 'moment', 'available'];
  const empty = columns.map(
    (name) => `count(*) FILTER ("${name}" IS NULL${name === 'available' ? ` AND NOT (${isShelf})` : ''})`,
  );
  const reader = await connection.runAndReadAll(`SELECT ${empty.join(', ')} FROM ${parquetRows([path])}`);
  for (const [index, count] of (reader.getRows()[0] ?? []).entries())
    if (count !== 0n)
      throw badInput(`${path}: column ${columns[index]} is empty in ${String(count)} rows; ${copyAgain}`);
}

function unreadable(error: unknown): string {
  const text = reasonOf(error);
  if (/magic bytes|too small|footer|truncated/i.test(text)) return 'is not a whole Parquet file, cut short perhaps';
  return `cannot be read (${text})`;
}
