import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sqlText } from '../domains/sql.ts';
import { badInput } from '../errors.ts';

/** How every DuckDB of ours is opened: it reads and writes Parquet and fetches nothing from anywhere. */
export const withoutExtensions = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  allow_persistent_secrets: 'false',
} as const;

const looksLikePattern = /[*?[]/;

/**
 * The path as DuckDB must be told it: `[`, `*` and `?` would make it look for other files (`run[1]` reads `run1`). What it cannot be
 * told is a bad input.
 */
export function filePattern(path: string): string {
  if (!looksLikePattern.test(path)) return path;
  // DuckDB divides a pattern at backslashes too.
  if (path.includes('\\'))
    throw badInput(`${path}: a path with a backslash beside any of [ * ? cannot be read; rename the folder`);
  return path.replaceAll(/[*?[]/g, '[$&]');
}

/** A path in SQL, for functions that read: that file and no other. */
export const sqlFile = (path: string): string => sqlText(filePattern(path));

/** The rows of these files. A folder called `op=1` adds no column `op`. */
export const parquetRows = (paths: readonly string[]): string =>
  `read_parquet([${paths.map(sqlFile).join(', ')}], hive_partitioning = false)`;

/** The rows of one table of a history as a reader would write them: by a glob over its parts, by their names where the path does not let it. */
export function sqlFiles(folder: string, table: string, files: readonly string[]): string {
  // DuckDB divides a pattern at backslashes too.
  if (folder.includes('\\')) return parquetRows(files.map((file) => join(folder, file)));
  return `read_parquet(${sqlText(join(filePattern(folder), `${table}-*.parquet`))}, hive_partitioning = false)`;
}

/** Rejects (65) what is there and no file, a pipe that would be waited for or a device without an end, and what is larger than `mostBytes`. */
export async function requireFile(path: string, mostBytes = Infinity): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null || found.isDirectory()) return;
  if (!found.isFile()) throw badInput(`${path}: is not a file but ${kindOf(found)}; take it out of the folder`);
  if (found.size > mostBytes) throw badInput(`${path}: has ${found.size} bytes; at most ${mostBytes} are read`);
}

const kindOf = (found: Stats): string => (found.isFIFO() ? 'a pipe' : found.isSocket() ? 'a socket' : 'a device');
