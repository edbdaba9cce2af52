import { join } from 'node:path';

import {
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBDoubleVector,
  type DuckDBIntegerVector,
  INTEGER,
  LIST,
  listValue,
  VARCHAR,
} from '@duckdb/node-api';

import { sqlText } from '../domains/sql.ts';
import { type ColumnType, type HistoryTable, historySchema, type Row } from './schema.ts';

type ColumnArray = Float64Array | Int32Array;

/**
 * A batch as columns: BIGINT and DOUBLE as Float64Array (NaN is null), INTEGER as Int32Array (`nullCode` is null),
 * VARCHAR as an Int32Array of codes that `ColumnarTable.code` gave (`nullCode` is null).
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

/** The fast way into one table, for a process that may not spend time on rows as objects. */
export interface ColumnarTable<Table extends HistoryTable> {
  /** The code of a string, the same for the recorder's whole life; meant for few distinct strings. */
  code(text: string): number;
  /**
   * Takes rows 0 … count−1. They are copied before the call returns, so the arrays may be filled again at once; await
   * the promise before the next append (it is pending only while the disk is behind by a whole part).
   */
  append(columns: Columns<Table>, count: number): Promise<void>;
}

/** Empty arrays for a batch of `capacity` rows; every null must still be written as such. */
export function columnsOf<Table extends HistoryTable>(table: Table, capacity: number): Columns<Table> {
  const arrays = Object.entries<ColumnType>(historySchema[table]).map(([name, type]): [string, ColumnArray] => [
    name,
    newArray(type, capacity),
  ]);
  return Object.fromEntries(arrays) as Columns<Table>;
}

/** Rows in one Parquet part; also the most that waits in memory twice (one filling, one being written). */
const rowsPerPart = 122_880;
/** Rows in one data chunk of DuckDB. */
const rowsPerChunk = 2_048;
/** Distinct strings of one table; beyond that something unbounded is written as a string. */
const maxStrings = 1_000_000;
/** Batches of rows that may wait before `appendRows` makes its caller wait, and before it refuses. */
const patientBatches = 8;
const maxBatches = 256;

const isWide = (type: ColumnType) => type === 'BIGINT' || type === 'DOUBLE';
const newArray = (type: ColumnType, capacity: number): ColumnArray =>
  isWide(type) ? new Float64Array(capacity) : new Int32Array(capacity);

/** What a column holds without loss: a typed array would take anything, and change it. */
const fits: Readonly<Record<ColumnType, (value: unknown) => boolean>> = {
  BIGINT: Number.isSafeInteger,
  INTEGER: (value) => Number.isInteger(value) && Math.abs(value as number) <= 2_147_483_647,
  DOUBLE: (value) => typeof value === 'number',
  VARCHAR: (value) => typeof value === 'string',
};

interface Stage {
  readonly name: string;
  readonly connection: DuckDBConnection;
  readonly appender: DuckDBAppender;
  rows: number;
}

/**
 * Writes one table's parts. Strings are held as codes of a dictionary, so that staging is numbers alone; a full stage
 * becomes a Parquet part on DuckDB's own thread while the other stage fills.
 */
export class TableWriter<Table extends HistoryTable> implements ColumnarTable<Table> {
  /** Resolves once columns can be appended. */
  readonly ready: Promise<void>;
  readonly #table: Table;
  readonly #folder: string;
  readonly #part: string;
  readonly #connect: () => Promise<DuckDBConnection>;
  readonly #columns: readonly (readonly [name: string, type: ColumnType])[];
  readonly #codes = new Map<string, number>();
  readonly #strings: string[] = [];
  #stage: Stage | null = null;
  #writing: Promise<void> | null = null;
  #busy = false;
  #stages = 0;
  #parts = 0;
  readonly #queue: { readonly columns: Columns<Table>; readonly count: number }[] = [];
  #staging: Promise<void>;
  #filling: Columns<Table> | null = null;
  #filled = 0;

  constructor(table: Table, folder: string, part: string, connect: () => Promise<DuckDBConnection>) {
    this.#table = table;
    this.#folder = folder;
    this.#part = part;
    this.#connect = connect;
    this.#columns = Object.entries(historySchema[table]);
    this.ready = this.#open();
    this.#staging = this.ready;
    this.#staging.catch(() => undefined);
  }

  code(text: string): number {
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    const code = this.#strings.length;
    if (code >= maxStrings) throw new Error(`more than ${maxStrings} distinct strings in table ${this.#table}`);
    this.#codes.set(text, code);
    this.#strings.push(text);
    return code;
  }

  append(columns: Columns<Table>, count: number): Promise<void> {
    const stage = this.#stage;
    if (!stage) throw new Error(`append to a closed table ${this.#table}`);
    if (this.#busy) throw new Error(`append to table ${this.#table} before the last append was awaited`);
    for (let from = 0; from < count; from += rowsPerChunk) {
      this.#appendChunk(stage.appender, columns, from, Math.min(count, from + rowsPerChunk));
    }
    stage.rows += count;
    return stage.rows < rowsPerPart ? Promise.resolve() : this.#turnOver();
  }

  /**
   * Takes rows as objects; they are copied before the call returns. Await it now and then: what is not yet staged is
   * bounded, and more than that is refused.
   */
  appendRows(rows: readonly Row<Table>[]): Promise<void> {
    for (const row of rows) {
      this.#filling ??= columnsOf(this.#table, rowsPerChunk);
      this.#fill(this.#filling, this.#filled, row);
      this.#filled += 1;
      if (this.#filled === rowsPerChunk) this.#queueBatch();
    }
    return this.#queue.length > patientBatches ? this.#staging : Promise.resolve();
  }

  /** Writes what is left; a table without rows gets one empty part, so that its glob always finds a file. */
  async close(): Promise<void> {
    if (this.#filled > 0) this.#queueBatch();
    await this.#staging;
    const stage = this.#stage;
    this.#stage = null;
    await this.#writing;
    if (stage && (stage.rows > 0 || this.#parts === 0)) await this.#write(stage);
    else stage?.connection.closeSync();
  }

  #fill(batch: Columns<Table>, at: number, row: Row<Table>): void {
    for (const [name, type] of this.#columns) {
      const array: ColumnArray = batch[name as keyof Columns<Table>];
      const value = row[name as keyof Row<Table>] as string | number | null | undefined;
      if (value === null || value === undefined) array[at] = isWide(type) ? Number.NaN : nullCode;
      else if (!fits[type](value))
        throw new Error(`${this.#table}.${name} is ${type}, and ${String(value)} does not fit`);
      // NaN means null here; what is no number must not pass for nothing.
      else if (Number.isNaN(value)) array[at] = Number.POSITIVE_INFINITY;
      else array[at] = typeof value === 'string' ? this.code(value) : value;
    }
  }

  #queueBatch(): void {
    if (this.#filling === null) return;
    if (this.#queue.length >= maxBatches)
      throw new Error(`${maxBatches * rowsPerChunk} rows of ${this.#table} wait to be staged; await append`);
    this.#queue.push({ columns: this.#filling, count: this.#filled });
    this.#filling = null;
    this.#filled = 0;
    // Each batch is staged after the one before it; a failure stays in the chain for whoever awaits next.
    this.#staging = this.#stageNext(this.#staging);
    this.#staging.catch(() => undefined);
  }

  async #stageNext(before: Promise<void>): Promise<void> {
    await before;
    const batch = this.#queue.shift();
    if (batch) await this.append(batch.columns, batch.count);
  }

  #appendChunk(appender: DuckDBAppender, columns: Columns<Table>, from: number, to: number): void {
    const chunk = DuckDBDataChunk.create(
      this.#columns.map(([, type]) => (isWide(type) ? DOUBLE : INTEGER)),
      to - from,
    );
    for (const [at, [name, type]] of this.#columns.entries()) {
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

  /** Waits for the part before, opens the next stage and leaves the full one to DuckDB's thread. */
  async #turnOver(): Promise<void> {
    this.#busy = true;
    try {
      await this.#writing;
      const full = this.#stage;
      this.#stage = await this.#newStage();
      if (!full) return;
      this.#writing = this.#write(full);
      // The failure is met by whoever awaits it next; until then it must not count as unhandled.
      this.#writing.catch(() => undefined);
    } finally {
      this.#busy = false;
    }
  }

  async #open(): Promise<void> {
    this.#stage = await this.#newStage();
  }

  async #newStage(): Promise<Stage> {
    this.#stages += 1;
    const name = `stage_${this.#table}_${this.#stages}`;
    const connection = await this.#connect();
    const columns = this.#columns.map(([column, type]) => `"${column}" ${isWide(type) ? 'DOUBLE' : 'INTEGER'}`);
    await connection.run(`CREATE TABLE ${name} (${columns.join(', ')})`);
    return { name, connection, appender: await connection.createAppender(name), rows: 0 };
  }

  async #write({ name: stage, connection, appender }: Stage): Promise<void> {
    appender.closeSync();
    const suffix = this.#parts === 0 ? '' : `-${this.#parts}`;
    this.#parts += 1;
    const file = join(this.#folder, `${this.#table}-${this.#part}${suffix}.parquet`);
    try {
      await connection.run('SET VARIABLE strings = $1', [listValue(this.#strings)], [LIST(VARCHAR)]);
      const select = this.#columns.map(([name, type]) => {
        const value = type === 'VARCHAR' ? `list_extract(getvariable('strings'), "${name}" + 1)` : `"${name}"::${type}`;
        return `${value} AS "${name}"`;
      });
      await connection.run(`COPY (SELECT ${select.join(', ')} FROM ${stage}) TO ${sqlText(file)} (FORMAT parquet)`);
      await connection.run(`DROP TABLE ${stage}`);
    } finally {
      connection.closeSync();
    }
  }
}
