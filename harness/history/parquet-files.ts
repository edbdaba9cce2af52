import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sqlText } from '../domains/sql.ts';
import { badInput } from '../errors.ts';

/** How we always open DuckDB: it reads and writes Parquet and downloads nothing. */
export const withoutExtensions = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  allow_persistent_secrets: 'false',
} as const;

const looksLikePattern = /[*?[]/;

/**
 * A path escaped for DuckDB: `[`, `*` and `?` would match other files (`run[1]` reads `run1`). A path that cannot be escaped is a
 * bad input.
 */
export function filePattern(path: string): string {
  if (!looksLikePattern.test(path)) return path;
  // DuckDB splits patterns at backslashes too.
  if (path.includes('\\'))
    throw badInput(`${path}: a path with a backslash beside any of [ * ? cannot be read; rename the folder`);
  return path.replaceAll(/[*?[]/g, '[$&]');
}

/** A path in SQL, for functions that read: exactly that file. */
export const sqlFile = (path: string): string => sqlText(filePattern(path));

/** The rows of these files. A folder named `op=1` adds no column `op`. */
export const parquetRows = (paths: readonly string[]): string =>
  `read_parquet([${paths.map(sqlFile).join(', ')}], hive_partitioning = false)`;

/**
 * The rows of one table of a history as a user would query them: by a glob over its parts, or by their names if the path rules
 * out a glob.
 */
export function sqlFiles(folder: string, table: string, files: readonly string[]): string {
  // DuckDB splits patterns at backslashes too.
  if (folder.includes('\\')) return parquetRows(files.map((file) => join(folder, file)));
  return `read_parquet(${sqlText(join(filePattern(folder), `${table}-*.parquet`))}, hive_partitioning = false)`;
}

/**
 * Rejects (65) anything that exists but is no regular file (a pipe would block, a device never end), and files larger than
 * `mostBytes`.
 */
export async function requireFile(path: string, mostBytes = Infinity): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null || found.isDirectory()) return;
  if (!found.isFile()) throw badInput(`${path}: is not a file but ${kindOf(found)}; take it out of the folder`);
  if (found.size > mostBytes) throw badInput(`${path}: has ${found.size} bytes; at most ${mostBytes} are read`);
}

const kindOf = (found: Stats): string => (found.isFIFO() ? 'a pipe' : found.isSocket() ? 'a socket' : 'a device');
