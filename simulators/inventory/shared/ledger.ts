import { DatabaseError } from 'pg';
import type { Pool, PoolClient } from 'pg';
import { arrayOf, numberArray, quotedName, textArray } from '../../worker/ledger-pool.ts';
import { decide } from './decide.ts';
import type { Admit, Answer, Books, Decided, DecidedRow, Outcome, Sheddable, Stock } from './decide.ts';

/** How answers are stored in `decided.answer`; the schema's effects query uses the same numbers. */
const answers: readonly Answer[] = [
  'confirmed',
  'sold_out',
  'rejected',
  'cancelled_first',
  'cancelled',
  'refused',
  'credited',
  'applied',
  'shed_late',
  'shed_load',
  'shed_frozen',
];
const codes = new Map(answers.map((answer, code) => [answer, code]));

/** In key order, so that two workers never deadlock. */
const readStock = (locking: boolean) => ({
  name: locking ? 'lock-stock' : 'read-stock',
  text: `SELECT product, available, sold, version FROM stock WHERE product = ANY($1::text[]) ORDER BY product
         ${locking ? 'FOR UPDATE' : ''}`,
  rowMode: 'array' as const,
});
const readDecided = {
  name: 'read-decided',
  text: `SELECT d.op, d.answer, d.product, d.quantity, c.order_op IS NOT NULL
         FROM decided d LEFT JOIN closed c ON c.order_op = d.op WHERE d.op = ANY($1::bigint[])`,
  rowMode: 'array' as const,
};
const writeStock = {
  name: 'write-stock',
  text: `UPDATE stock s SET available = n.available, sold = n.sold, version = n.version
         FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) n(product, available, sold, version)
         WHERE s.product = n.product`,
};
const writeDecided = {
  name: 'write-decided',
  text: `INSERT INTO decided (op, version, quantity, answer, product)
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::smallint[], $5::text[])`,
};
const writeClosed = {
  name: 'write-closed',
  text: 'INSERT INTO closed (order_op, by_op) SELECT * FROM unnest($1::bigint[], $2::bigint[])',
};

/** What a test or a broken variant may do between the steps of a transaction. */
export interface LedgerHooks {
  /** The rows are locked and read, nothing is decided. */
  read?(): Promise<void> | void;
  /** Everything is written, nothing is durable. */
  beforeCommit?(outcome: Outcome): Promise<void> | void;
}

export interface LedgerOptions {
  readonly admit?: Admit;
  readonly decide?: typeof decide;
  /** False only in a deliberately broken variant. */
  readonly locking?: boolean;
}

/** Where a ledger gets a connection for each transaction: a pool, or a wrapper around one. */
export interface Connections {
  connect(): Promise<PoolClient>;
}

/** The books of the shop: one transaction per batch, which answers each operation once, however often it comes. */
export class Ledger {
  readonly #pool: Connections;
  readonly #options: LedgerOptions;

  constructor(pool: Connections, options: LedgerOptions = {}) {
    this.#pool = pool;
    this.#options = options;
  }

  /**
   * Decides a batch and makes it durable. Rejects with nothing written, or with a commit whose outcome is unknown; in either case
   * the same batch may be booked again.
   */
  async book(requests: readonly Sheddable[], hooks: LedgerHooks = {}): Promise<Outcome> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      const books = await this.#read(client, requests);
      await hooks.read?.();
      const outcome = (this.#options.decide ?? decide)(requests, books, this.#options.admit);
      await write(client, outcome);
      await hooks.beforeCommit?.(outcome);
      await client.query('COMMIT');
      return outcome;
    } catch (error) {
      // A server that did not answer would not answer this either: closing the connection rolls back as well.
      if (error instanceof DatabaseError) await client.query('ROLLBACK').catch((failed: Error) => (broken = failed));
      else broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async #read(client: PoolClient, requests: readonly Sheddable[]): Promise<Books> {
    const products = new Set<string>();
    const ops = new Set<number>();
    for (const { op, orderOp, product, shed } of requests) {
      // Shed operations move no stock, and go through while somebody else holds all of it.
      if (shed === undefined) products.add(product);
      ops.add(op);
      if (orderOp !== null) ops.add(orderOp);
    }
    // One round trip. The second read is a separate statement after the locks, so it sees what they waited for.
    const [, stockRows, decidedRows] = await Promise.all([
      client.query('BEGIN'),
      products.size === 0
        ? { rows: [] as StockRow[] }
        : client.query<StockRow>({ ...readStock(this.#options.locking ?? true), values: [textArray(products)] }),
      client.query<StoredRow>({ ...readDecided, values: [numberArray(ops)] }),
    ]);
    return {
      stock: new Map<string, Stock>(
        stockRows.rows.map(([product, available, sold, version]) => [
          product,
          { available: Number(available), sold: Number(sold), version: Number(version) },
        ]),
      ),
      decided: new Map<number, Decided>(
        decidedRows.rows.map(([op, code, product, quantity, closed]) => [
          Number(op),
          { answer: answerOf(code), product, quantity, closed },
        ]),
      ),
    };
  }
}

/** The stored answer to one operation; null if it was never decided. */
export async function storedAnswer(pool: Pick<Pool, 'query'>, op: number): Promise<Answer | null> {
  const { rows } = await pool.query<StoredRow>({ ...readDecided, values: [numberArray([op])] });
  const [row] = rows;
  return row === undefined ? null : answerOf(row[1]);
}

type StockRow = [product: string, available: string, sold: string, version: string];
type StoredRow = [op: string, answer: number, product: string, quantity: number, closed: boolean];

async function write(client: PoolClient, { rows, stock, closed }: Outcome): Promise<void> {
  const writes: Promise<unknown>[] = [];
  if (rows.length > 0) {
    const column = (pick: (row: DecidedRow) => unknown) => arrayOf(rows.map((row) => pick(row)));
    const values = [
      column((row) => row.op),
      column((row) => row.version ?? 'NULL'),
      column((row) => row.quantity),
      column((row) => codes.get(row.answer)),
      column((row) => quotedName(row.product)),
    ];
    writes.push(client.query({ ...writeDecided, values }));
  }
  if (stock.size > 0) {
    const after = [...stock.values()];
    const values = [
      textArray(stock.keys()),
      arrayOf(after.map((row) => row.available)),
      arrayOf(after.map((row) => row.sold)),
      arrayOf(after.map((row) => row.version)),
    ];
    writes.push(client.query({ ...writeStock, values }));
  }
  if (closed.length > 0) {
    const values = [arrayOf(closed.map((row) => row.orderOp)), arrayOf(closed.map((row) => row.byOp))];
    writes.push(client.query({ ...writeClosed, values }));
  }
  await Promise.all(writes);
}

function answerOf(code: number): Answer {
  const answer = answers[code];
  if (answer === undefined) throw new Error(`decided.answer holds ${code}, which is not an answer code`);
  return answer;
}
