import {
  DOUBLE,
  type DuckDBAppender,
  DuckDBDataChunk,
  type DuckDBDoubleVector,
  type DuckDBIntegerVector,
  INTEGER,
} from '@duckdb/node-api';

import { type ColumnType, type HistoryTable, historySchema, type Row } from './schema.ts';

type ColumnArray = Float64Array | Int32Array;

/**
 * A batch as columns: BIGINT and DOUBLE as Float64Array (NaN is null), INTEGER as Int32Array (`nullCode` is null), VARCHAR as an
 * Int32Array of codes from `ColumnarTable.code` (`nullCode` is null).
 */
export type Columns<Table extends HistoryTable> = {
  readonly [Column in keyof (typeof historySchema)[Table]]: (typeof historySchema)[Table][Column] extends
    | 'BIGINT'
    | 'DOUBLE'
    ? Float64Array
    : Int32Array;
};

/** The null of every Int32Array column. */
export const nullCode = -2_147_483_648;

/** Rows in one data chunk of DuckDB. */
export const rowsPerChunk = 2_048;

type ColumnTypes = readonly (readonly [name: string, type: ColumnType])[];
const typesByTable: Readonly<Record<string, ColumnTypes>> = Object.fromEntries(
  Object.entries(historySchema).map(([table, columns]) => [table, Object.entries<ColumnType>(columns)]),
);

/** A table's columns in the order of its files. */
export const columnTypes = (table: HistoryTable): ColumnTypes => typesByTable[table] ?? [];

/** Empty arrays for a batch of `capacity` rows; every null must still be written explicitly. */
export function columnsOf<Table extends HistoryTable>(table: Table, capacity: number): Columns<Table> {
  const arrays = columnTypes(table).map(([name, type]): [string, ColumnArray] => [name, newArray(type, capacity)]);
  return Object.fromEntries(arrays) as Columns<Table>;
}

export const isWide = (type: ColumnType) => type === 'BIGINT' || type === 'DOUBLE';
const newArray = (type: ColumnType, capacity: number): ColumnArray =>
  isWide(type) ? new Float64Array(capacity) : new Int32Array(capacity);

/** What a column holds without loss: a typed array would accept anything, and change it. */
const fits: Readonly<Record<ColumnType, (value: unknown) => boolean>> = {
  BIGINT: Number.isSafeInteger,
  INTEGER: (value) => Number.isInteger(value) && Math.abs(value as number) <= 2_147_483_647,
  DOUBLE: (value) => typeof value === 'number',
  VARCHAR: (value) => typeof value === 'string',
};

/** Writes one row into a batch; refuses a value that its column would change. */
export function fillRow<Table extends HistoryTable>(
  table: Table,
  batch: Columns<Table>,
  at: number,
  row: Row<Table>,
  code: (text: string) => number,
): void {
  for (const [name, type] of columnTypes(table)) {
    const array: ColumnArray = batch[name as keyof Columns<Table>];
    const value = row[name as keyof Row<Table>] as string | number | null | undefined;
    if (value === null || value === undefined) array[at] = isWide(type) ? Number.NaN : nullCode;
    else if (!fits[type](value)) throw new Error(`${table}.${name} is ${type}; ${String(value)} does not fit`);
    // NaN means null here; a value that is not a number must not pass for null.
    else if (Number.isNaN(value)) array[at] = Number.POSITIVE_INFINITY;
    else array[at] = typeof value === 'string' ? code(value) : value;
  }
}

/** Passes rows `from` … `to`−1, at most `rowsPerChunk`, to DuckDB. */
export function appendChunk<Table extends HistoryTable>(
  table: Table,
  appender: DuckDBAppender,
  columns: Columns<Table>,
  from: number,
  to: number,
): void {
  const types = columnTypes(table);
  const chunk = DuckDBDataChunk.create(
    types.map(([, type]) => (isWide(type) ? DOUBLE : INTEGER)),
    to - from,
  );
  for (const [at, [name, type]] of types.entries()) {
    const array: ColumnArray = columns[name as keyof Columns<Table>];
    const vector = chunk.getColumnVector(at) as DuckDBDoubleVector | DuckDBIntegerVector;
    const wide = isWide(type);
    for (let row = from; row < to; row += 1) {
      const value = array[row] as number;
      const isNull = wide ? Number.isNaN(value) : value === nullCode;
      vector.setItem(row - from, isNull ? null : value);
    }
    vector.flush();
  }
  appender.appendDataChunk(chunk);
  appender.flushSync();
}
