import { join } from 'node:path';

import type { DuckDBConnection } from '@duckdb/node-api';

import { badInput } from '../errors.ts';
import type { Database } from './database.ts';
import type { DrillRecord } from './drill-record.ts';
import { parquetRows } from './parquet-files.ts';
import { copyAgain } from './parts.ts';
import { type HistoryTable, historySchema } from './schema.ts';

type Parts = ReadonlyMap<HistoryTable, readonly string[]>;

/** About `all_samples`; a sample without a value stands for something that did not exist (a key missing from the read model). */
const isUsable = `coalesce("at" BETWEEN 0 AND ${Number.MAX_SAFE_INTEGER} AND coalesce(began_at, 0) BETWEEN 0 AND ${Number.MAX_SAFE_INTEGER}
  AND abs(coalesce(value, 0)) <= ${Number.MAX_SAFE_INTEGER}, false)`;

/**
 * Makes a view for every table, empty if it has no part; `all_samples` also has the unusable ones. Parts of a small history are
 * read once: planning a query over files costs more than their rows.
 */
export async function openTables({ connection, isSmall }: Database, folder: string, parts: Parts): Promise<void> {
  const statements = Object.entries(historySchema).flatMap(([table, columns]) => {
    const files = parts.get(table as HistoryTable) ?? [];
    const rows = `SELECT ${Object.entries<string>(columns)
      .map(([name, type]) => `${files.length > 0 ? `"${name}"` : 'NULL'}::${type} AS "${name}"`)
      .join(
        ', ',
      )} ${files.length > 0 ? `FROM ${parquetRows(files.map((file) => join(folder, file)))}` : 'WHERE false'}`;
    const view = table === 'samples' ? 'all_samples' : table;
    return isSmall
      ? [`CREATE TABLE read_${table} AS ${rows}`, `CREATE VIEW ${view} AS FROM read_${table}`]
      : [`CREATE VIEW ${view} AS ${rows}`];
  });
  await connection.run([...statements, `CREATE VIEW samples AS FROM all_samples WHERE ${isUsable}`].join('; '));
}

/** Which probes have usable samples, and how many samples are unusable. */
export async function samplesByProbe(
  connection: DuckDBConnection,
): Promise<{ readonly probes: ReadonlySet<string>; readonly unusableSamples: number }> {
  const reader = await connection.runAndReadAll(
    `SELECT probe, count(*) FILTER (${isUsable}), count(*) FILTER (NOT ${isUsable}) FROM all_samples GROUP BY probe`,
  );
  const rows = reader.getRows();
  return {
    probes: new Set(rows.flatMap(([probe, usable]) => (probe === null || usable === 0n ? [] : [String(probe)]))),
    unusableSamples: rows.reduce((sum, [, , unusable]) => sum + Number(unusable), 0),
  };
}

/** Tables that must exist according to the offsets: a lost part must not look like lost orders. */
export function requireTables(folder: string, drill: DrillRecord, parts: Parts): void {
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
