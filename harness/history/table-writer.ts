import { join } from 'node:path';

import { type DuckDBAppender, type DuckDBConnection, LIST, listValue, VARCHAR } from '@duckdb/node-api';

import { sqlText } from '../domains/sql.ts';
import { appendChunk, type Columns, columnsOf, columnTypes, fillRow, isWide, rowsPerChunk } from './columns.ts';
import type { HistoryTable, Row } from './schema.ts';

/** The fast path into one table, for a process that cannot afford rows as objects. */
export interface ColumnarTable<Table extends HistoryTable> {
  /** A string's code, the same for the recorder's whole life; meant for few distinct strings. */
  code(text: string): number;
  /**
   * Takes rows 0 … count−1. Copies them before returning, so the arrays can be refilled at once; await the promise before the
   * next append (it is pending only while the disk is a whole part behind).
   */
  append(columns: Columns<Table>, count: number): Promise<void>;
}

/** Rows per Parquet part; at most twice this many wait in memory (one part filling, one being written). */
const rowsPerPart = 122_880;
/** Maximum distinct strings per table; more means that something unbounded is written as a string. */
const maxStrings = 1_000_000;
/** Batches of rows that may wait before `appendRows` makes its caller wait, and before it refuses. */
const patientBatches = 8;
const maxBatches = 256;

interface Stage {
  readonly name: string;
  readonly connection: DuckDBConnection;
  readonly appender: DuckDBAppender;
  rows: number;
}

/**
 * Writes one table's parts. Strings are stored as codes of a dictionary, so that staging deals with numbers only; a full stage
 * becomes a Parquet part on DuckDB's own thread while the other stage fills.
 */
export class TableWriter<Table extends HistoryTable> implements ColumnarTable<Table> {
  /** Resolves once columns can be appended. */
  readonly ready: Promise<void>;
  readonly #table: Table;
  readonly #folder: string;
  readonly #part: string;
  readonly #connect: () => Promise<DuckDBConnection>;
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
      appendChunk(this.#table, stage.appender, columns, from, Math.min(count, from + rowsPerChunk));
    }
    stage.rows += count;
    return stage.rows < rowsPerPart ? Promise.resolve() : this.#turnOver();
  }

  /**
   * Takes rows as objects; copies them before returning. Await it regularly: what is not yet staged is bounded, and more than
   * that is refused.
   */
  appendRows(rows: readonly Row<Table>[]): Promise<void> {
    for (const row of rows) {
      this.#filling ??= columnsOf(this.#table, rowsPerChunk);
      fillRow(this.#table, this.#filling, this.#filled, row, (text) => this.code(text));
      this.#filled += 1;
      if (this.#filled === rowsPerChunk) this.#queueBatch();
    }
    return this.#queue.length > patientBatches ? this.#staging : Promise.resolve();
  }

  /** Writes the rest; a table without rows gets one empty part, so that its glob always finds a file. */
  async close(): Promise<void> {
    if (this.#filled > 0) this.#queueBatch();
    await this.#staging;
    const stage = this.#stage;
    this.#stage = null;
    await this.#writing;
    if (stage && (stage.rows > 0 || this.#parts === 0)) await this.#write(stage);
    else stage?.connection.closeSync();
  }

  #queueBatch(): void {
    if (this.#filling === null) return;
    if (this.#queue.length >= maxBatches)
      throw new Error(`${maxBatches * rowsPerChunk} rows of ${this.#table} are waiting to be staged; await append`);
    this.#queue.push({ columns: this.#filling, count: this.#filled });
    this.#filling = null;
    this.#filled = 0;
    // Batches are staged in order; a failure stays in the chain for whoever awaits next.
    this.#staging = this.#stageNext(this.#staging);
    this.#staging.catch(() => undefined);
  }

  async #stageNext(before: Promise<void>): Promise<void> {
    await before;
    const batch = this.#queue.shift();
    if (batch) await this.append(batch.columns, batch.count);
  }

  /** Waits for the previous part, opens the next stage and hands the full one to DuckDB's thread. */
  async #turnOver(): Promise<void> {
    this.#busy = true;
    try {
      await this.#writing;
      const full = this.#stage;
      this.#stage = await this.#newStage();
      if (!full) return;
      this.#writing = this.#write(full);
      // Whoever awaits next gets the failure; until then it must not count as unhandled.
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
    const columns = columnTypes(this.#table).map(
      ([column, type]) => `"${column}" ${isWide(type) ? 'DOUBLE' : 'INTEGER'}`,
    );
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
      const select = columnTypes(this.#table).map(([name, type]) => {
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
