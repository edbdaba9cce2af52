import { join } from 'node:path';

import { sqlText } from '../domains/sql.ts';
import { checkBalances, checkFooters } from './check-part.ts';
import { openDatabase } from './database.ts';
import type { SealedRecord } from './drill-record.ts';
import { openTables, requireTables, samplesByProbe } from './open-tables.ts';
import { checkParts } from './parts.ts';
import { placeFile } from './place-file.ts';
import { plainRow } from './plain-row.ts';
import { readDrillRecord } from './read-drill-record.ts';
import type { HistoryTable } from './schema.ts';

/** An open history: a view for every table (`operations`, `appends` …), empty if the drill wrote no rows. */
export interface History extends AsyncDisposable {
  readonly drill: SealedRecord;
  /** Tables that have at least one part. */
  readonly tables: ReadonlySet<HistoryTable>;
  /** Probes that have at least one sample in `samples`. */
  readonly probes: ReadonlySet<string>;
  /** Samples with an unusable value or time (NaN, infinite, beyond 2^53); `samples` omits them. */
  readonly unusableSamples: number;
  run(sql: string): Promise<void>;
  /** Rows as objects; BIGINT becomes a number (all of ours are safe integers), lists become arrays. */
  rows<Result>(sql: string): Promise<Result[]>;
  /** Writes a query's rows as Parquet, atomically. Rejects with the system's error if it cannot. */
  keep(sql: string, path: string): Promise<void>;
}

/**
 * Opens a run's folder `history/` and checks that it is the whole history of that run: `drill.json` of this version, every listed
 * part as it was written and no others, every column present, every number representable. Anything else is a bad input (65) that
 * names the file. Writes nothing to the folder; data that does not fit into memory spills to the system's temporary folder until
 * disposal. If `signal` is aborted, the current query stops and rejects with its reason.
 */
export async function openHistory(folder: string, signal?: AbortSignal): Promise<History> {
  const drill = await readDrillRecord(folder);
  const parts = await checkParts(folder, drill.parts);
  const database = await openDatabase(folder, [...parts.values()].flat(), signal);
  try {
    const { connection, spill, ask } = database;
    await checkFooters(connection, folder, drill.parts);
    await checkBalances(connection, folder, parts.get('balances') ?? [], drill.target.readModel?.name);
    requireTables(folder, drill, parts);
    await ask(() => openTables(database, folder, parts));
    return {
      drill,
      tables: new Set(parts.keys()),
      ...(await ask(() => samplesByProbe(connection))),
      run: async (sql) => {
        await ask(() => connection.run(sql));
      },
      rows: (sql) =>
        ask(async () => {
          const reader = await connection.runAndReadAll(sql);
          return reader.getRowObjects().map((row) => plainRow(row)) as never[];
        }),
      keep: async (sql, path) => {
        const kept = join(spill, 'kept.parquet');
        await ask(() => connection.run(`COPY (${sql}) TO ${sqlText(kept)} (FORMAT parquet)`));
        await placeFile(kept, path);
      },
      [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
    };
  } catch (error) {
    await database[Symbol.asyncDispose]();
    signal?.throwIfAborted();
    throw error;
  }
}
