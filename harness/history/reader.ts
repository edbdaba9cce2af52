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

/** An open history: a view for every table (`operations`, `appends` …), empty where the drill wrote none. */
export interface History extends AsyncDisposable {
  readonly drill: SealedRecord;
  /** Tables that have at least one part. */
  readonly tables: ReadonlySet<HistoryTable>;
  /** Probes that have at least one sample in `samples`. */
  readonly probes: ReadonlySet<string>;
  /** Samples whose value or time is none (NaN, infinite, beyond 2^53): `samples` is without them. */
  readonly unusableSamples: number;
  run(sql: string): Promise<void>;
  /** Rows as objects; BIGINT becomes a number (all of ours are safe integers), lists become arrays. */
  rows<Result>(sql: string): Promise<Result[]>;
  /** Writes the rows of a query as Parquet; the file appears whole or not at all. Rejects with the system's error where it cannot. */
  keep(sql: string, path: string): Promise<void>;
}

/**
 * Opens the folder `history/` of a run and checks that it is the whole history of that run: `drill.json` of this version, every
 * part as it was written and none that it does not list, every column there, every figure one that a number holds. Anything else
 * is a bad input (65) that names the file. Nothing is written to the folder; what does not fit in memory spills to the system's
 * temporary folder and goes away on disposal. Where `signal` is aborted, what is under way stops and rejects with its reason.
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
