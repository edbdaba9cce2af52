import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';

import { withoutExtensions } from './parquet-files.ts';
import type { HistoryTable, Row } from './schema.ts';
import { type ColumnarTable, TableWriter } from './table-writer.ts';

export { columnsOf, nullCode } from './columns.ts';

/**
 * Writes the parts `<table>-<part>[-k].parquet` of a history; everything is on disk once it is disposed. Each table is written
 * either by rows or by columns.
 */
export interface Recorder extends AsyncDisposable {
  /** Rows of one table, in any number of calls. Calls may overlap; their order is kept, and up to 500,000 rows may wait. */
  append<Table extends HistoryTable>(table: Table, rows: readonly Row<Table>[]): Promise<void>;
  /** The same by columns, about 2 µs per row. */
  columnar<Table extends HistoryTable>(table: Table): Promise<ColumnarTable<Table>>;
}

/**
 * Opens a recorder in a run's folder `history/` (created if missing). `part` distinguishes the writers of one history
 * (`generator-0`, `truth`). A table that was opened but got no rows leaves one empty part.
 */
export async function openRecorder(folder: string, part: string): Promise<Recorder> {
  if (!/^[A-Za-z0-9_]+(-[A-Za-z0-9_]+)*$/.test(part)) throw new Error(`not the name of a part: ${part}`);
  await mkdir(folder, { recursive: true });
  const spill = join(folder, `.recording-${part}`);
  const instance = await DuckDBInstance.create(':memory:', {
    // One thread: next to a load generator the recorder must never take both cores.
    threads: '1',
    memory_limit: '256MB',
    temp_directory: spill,
    ...withoutExtensions,
  });
  const writers = new Map<HistoryTable, { how: 'rows' | 'columns'; writer: TableWriter<HistoryTable> }>();
  const open = <Table extends HistoryTable>(table: Table, how: 'rows' | 'columns'): TableWriter<Table> => {
    const known = writers.get(table);
    if (known && known.how !== how) throw new Error(`table ${table} is already written by ${known.how}`);
    const writer = known?.writer ?? new TableWriter<HistoryTable>(table, folder, part, () => instance.connect());
    writers.set(table, { how, writer });
    return writer as unknown as TableWriter<Table>;
  };
  let ended: Promise<void> | undefined;
  const close = async () => {
    try {
      for (const { writer } of writers.values()) await writer.close();
    } finally {
      instance.closeSync();
      await rm(spill, { recursive: true, force: true });
    }
  };
  return {
    append: (table, rows) => open(table, 'rows').appendRows(rows),
    async columnar(table) {
      const writer = open(table, 'columns');
      await writer.ready;
      return writer;
    },
    [Symbol.asyncDispose]: () => (ended ??= close()),
  };
}
