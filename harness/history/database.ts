import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

import { sqlText } from '../domains/sql.ts';
import { badInput } from '../errors.ts';
import { reasonOf } from '../failure.ts';
import { filePattern, parquetRows, withoutExtensions } from './parquet-files.ts';
import { copyAgain } from './parts.ts';
import { openSpill } from './spill.ts';

/** The database in which a history is judged: it can reach the history's parts and its own spill folder, and nothing else. */
export interface Database extends AsyncDisposable {
  readonly connection: DuckDBConnection;
  /** The spill folder; removed on disposal. */
  readonly spill: string;
  /** Up to this many rows, planning a query costs more than running it. */
  readonly isSmall: boolean;
  /** Runs a query; a damaged part is a bad input (65), an abort rejects with its reason. */
  readonly ask: <Result>(query: () => Promise<Result>) => Promise<Result>;
}

/** Above this DuckDB spills to disk; the process itself takes some 300 MB more. */
const memoryLimit = '640MB';

/** About two million operations. */
const smallHistoryBytes = 80 * 1024 * 1024;

/**
 * A large history is judged in a database file: its tables are compressed, and memory holds only what the current query needs. A
 * small one is judged in memory, which avoids waiting for the disk at every table.
 */
export async function openDatabase(folder: string, files: readonly string[], signal?: AbortSignal): Promise<Database> {
  const paths = files.map((file) => join(folder, file));
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  const isSmall = sizes.reduce((sum, size) => sum + size, 0) < smallHistoryBytes;
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
    instance = await DuckDBInstance.create(isSmall ? ':memory:' : join(spill, 'judge.duckdb'), {
      threads: '2',
      memory_limit: memoryLimit,
      temp_directory: join(spill, 'spill'),
      preserve_insertion_order: 'false',
      ...withoutExtensions,
    });
    const open = (connection = await instance.connect());
    await shutIn(open, paths, spill);
    return {
      connection: open,
      spill,
      isSmall,
      ask: async (query) => {
        signal?.throwIfAborted();
        return guarded(open, folder, paths, query).catch((error: unknown) => {
          signal?.throwIfAborted();
          throw error;
        });
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
 * From here on queries can reach only these files and the spill folder, no other file and no network, and they cannot change
 * that: histories are untrusted.
 */
async function shutIn(connection: DuckDBConnection, paths: readonly string[], spill: string): Promise<void> {
  const named = [...new Set(paths.flatMap((path) => [path, filePattern(path)]))];
  await connection.run(`
    SET allowed_paths = [${named.map(sqlText).join(', ')}];
    SET allowed_directories = [${sqlText(spill)}];
    SET enable_external_access = false;
    SET lock_configuration = true`);
}

/** A part may be damaged in its middle, which shows only when it is read: after a failed query each part is checked. */
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
    // Overflowing sums and spans that no drill produces: times centuries apart, more money than exists.
    if (reasonOf(error).startsWith('Out of Range Error'))
      throw badInput(`${folder}: holds figures out of range (${reasonOf(error)}); ${copyAgain}`);
    for (const path of paths) {
      const readAll = connection.run(`SELECT count(COLUMNS(*)) FROM ${parquetRows([path])}`);
      await readAll.catch((damage: unknown) => {
        throw badInput(`${path}: is damaged (${reasonOf(damage)}); ${copyAgain}`);
      });
    }
    throw error;
  }
}
