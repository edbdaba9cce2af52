import type { Pool } from 'pg';
import type { Addresses } from 'toofan';
import { openLedgerPool } from '../../worker/ledger-pool.ts';
import { databaseOf, databases } from './sharding.ts';

export interface Change {
  readonly op: number;
  readonly leg: 'debit' | 'credit';
  readonly account: string;
  /** Paise, signed. */
  readonly delta: number;
  /** The payment that a refund gives back. */
  readonly payment?: number;
}

export interface Review {
  readonly op: number;
  readonly payer: string;
  readonly score: number;
  /** Flagged for manual review. */
  readonly forPeople: boolean;
}

/** The sharded database. Each method is one statement, and one transaction; it rejects if the shard does not exist. */
export class Shards {
  readonly pools: readonly Pool[];
  readonly #byDatabase: ReadonlyMap<string, Pool>;

  /** `connections` to each shard. */
  constructor({ postgres }: Addresses, connections: number) {
    this.#byDatabase = new Map(
      databases.map((name) => {
        const address = postgres[name];
        if (address === undefined) throw new Error(`the stack has no Postgres named ${name}`);
        return [name, openLedgerPool(address, connections, '', { idleTimeoutMillis: 0 })];
      }),
    );
    this.pools = [...this.#byDatabase.values()];
  }

  /** `get_database_connection` of the source. */
  #of(account: string): Pool {
    const database = databaseOf(account);
    const pool = this.#byDatabase.get(database);
    if (pool === undefined) throw new Error(`${account}: unknown host ${database}`);
    return pool;
  }

  /** Paise; null if there is no such account. */
  async balanceOf(account: string): Promise<number | null> {
    const { rows } = await this.#of(account).query<{ available: string }>({
      name: 'balance',
      text: 'SELECT available FROM accounts WHERE account = $1',
      values: [account],
    });
    const [row] = rows;
    return row === undefined ? null : Number(row.available);
  }

  /** Changes a balance, whatever it is, and records that. */
  async change({ op, leg, account, delta, payment }: Change): Promise<void> {
    const { rowCount } = await this.#of(account).query({
      name: 'change',
      text: `WITH changed AS (
               UPDATE accounts SET available = available + $4, version = version + 1 WHERE account = $3 RETURNING version
             )
             INSERT INTO transactions (op, leg, account, delta, version, payment)
             SELECT $1, $2, $3, $4, version, $5 FROM changed`,
      values: [op, leg, account, delta, payment ?? null],
    });
    if (rowCount === 0) throw new Error(`${account}: no such account`);
  }

  /** Whether the merchant received that much for the payment and has not given it back. */
  async mayRefund(payment: number, merchant: string, paise: number): Promise<boolean> {
    const { rows } = await this.#of(merchant).query<{ paid: boolean }>({
      name: 'may-refund',
      text: `SELECT EXISTS (SELECT FROM transactions WHERE op = $1 AND account = $2 AND delta = $3)
               AND NOT EXISTS (SELECT FROM transactions WHERE payment = $1) AS paid`,
      values: [payment, merchant, paise],
    });
    return rows[0]?.paid ?? false;
  }

  /** False if such an account already exists. */
  async open(account: string): Promise<boolean> {
    const { rowCount } = await this.#of(account).query({
      name: 'open',
      text: 'INSERT INTO accounts (account, opening, available) VALUES ($1, 0, 0) ON CONFLICT DO NOTHING',
      values: [account],
    });
    return rowCount === 1;
  }

  /** Records reviews, all of one shard in one statement; existing ones stay. */
  async review(reviews: readonly Review[]): Promise<void> {
    const byShard = Map.groupBy(reviews, ({ payer }) => this.#of(payer));
    await Promise.all(
      Array.from(byShard, ([pool, own]) =>
        pool.query({
          name: 'review',
          text: `INSERT INTO reviews SELECT * FROM unnest($1::bigint[], $2::text[], $3::real[], $4::boolean[])
                 ON CONFLICT DO NOTHING`,
          values: [
            own.map(({ op }) => op),
            own.map(({ payer }) => payer),
            own.map(({ score }) => score),
            own.map(({ forPeople }) => forPeople),
          ],
        }),
      ),
    );
  }

  /** Sets the maximum number of connections to each shard. */
  resize(connections: number): void {
    for (const pool of this.pools) pool.options.max = connections;
  }

  async close(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.end()));
  }
}
