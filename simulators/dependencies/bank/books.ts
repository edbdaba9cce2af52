import { Pool } from 'pg';
import type { PoolClient } from 'pg';
import type { PostgresAddress } from 'toofan';
import { settle } from './settle.ts';
import type { Account, BankAnswer, BankBooks, BankRequest, Settlement } from './settle.ts';

/** Maximum requests per transaction, and waiting for the next ones. */
const mostAtOnce = 2_000;
const mostWaiting = 20_000;
const connectWithinMs = 2_000;
const answerWithinMs = 10_000;

/** One transaction at a time, across processes too: a killed one may have left its last transaction to the server. */
const alone = 'SELECT pg_advisory_xact_lock(1)';
const readDebits = {
  name: 'read-debits',
  text: 'SELECT id, account, paise, version FROM debits WHERE id = ANY($1::bigint[])',
  rowMode: 'array' as const,
};
const readReversals = {
  name: 'read-reversals',
  text: 'SELECT id, version FROM reversals WHERE id = ANY($1::bigint[])',
  rowMode: 'array' as const,
};
/** Includes requests whose debits are to be reversed. */
const readAccounts = {
  name: 'read-accounts',
  text: `SELECT account, opening, paise, version FROM accounts
         WHERE account = ANY($1::text[] || ARRAY(SELECT account FROM debits WHERE id = ANY($2::bigint[])))`,
  rowMode: 'array' as const,
};
const writeDebits = {
  name: 'write-debits',
  text: `INSERT INTO debits (id, account, paise, version)
         SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[])`,
};
const writeReversals = {
  name: 'write-reversals',
  text: 'INSERT INTO reversals (id, version) SELECT * FROM unnest($1::bigint[], $2::bigint[])',
};
const writeAccounts = {
  name: 'write-accounts',
  text: `INSERT INTO accounts (account, opening, paise, version)
         SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[])
         ON CONFLICT (account) DO UPDATE SET paise = excluded.paise, version = excluded.version`,
};

interface Waiting {
  readonly request: BankRequest;
  readonly resolve: (answer: BankAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The bank's books in Postgres, written in groups: requests that arrive during a transaction are settled together in the next
 * one, in order of arrival. An answer is given once it is durable.
 */
export class Books {
  readonly #pool: Pool;
  #waiting: Waiting[] = [];
  #settling = false;

  constructor(address: PostgresAddress) {
    // Plans must not depend on how full the tables were when a statement was first prepared.
    const options = '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off';
    this.#pool = new Pool({
      ...address,
      max: 1,
      pipeline: true,
      options,
      connectionTimeoutMillis: connectWithinMs,
      query_timeout: answerWithinMs,
    });
    // The next request opens a new connection; those on the broken one learn of it from their queries.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => client.on('error', () => {}));
  }

  /** Rejects if the books are unavailable or the queue is full: then the outcome is open. */
  ask(request: BankRequest): Promise<BankAnswer> {
    if (this.#waiting.length >= mostWaiting) return Promise.reject(new Error('too many requests wait for the books'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      if (!this.#settling) void this.#settleAll();
    });
  }

  async #settleAll(): Promise<void> {
    this.#settling = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, mostAtOnce);
      try {
        const answers = await this.#transaction(group.map(({ request }) => request));
        for (const [index, { resolve }] of group.entries()) resolve(answers[index] ?? 'unknown');
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#settling = false;
  }

  async #transaction(requests: readonly BankRequest[]): Promise<readonly BankAnswer[]> {
    const client = await this.#pool.connect();
    let broken = true;
    try {
      const before = await read(client, requests);
      const settlement = settle(requests, before);
      await write(client, settlement);
      broken = false;
      return settlement.answers;
    } finally {
      // A closed connection rolls back, unless its last word was COMMIT: then the server decides.
      client.release(broken);
    }
  }
}

async function read(client: PoolClient, requests: readonly BankRequest[]): Promise<BankBooks> {
  const ids = arrayOf(requests.map(({ id }) => id));
  const names = new Set(requests.flatMap((request) => (request.type === 'debit' ? [request.account] : [])));
  const toReverse = arrayOf(requests.flatMap(({ type, id }) => (type === 'reversal' ? [id] : [])));
  // One round trip. Each read is a separate statement after the lock, so it sees what that waited for.
  const [, , debits, reversals, accounts] = await Promise.all([
    client.query('BEGIN'),
    client.query(alone),
    client.query<[string, string, string, string | null]>({ ...readDebits, values: [ids] }),
    client.query<[string, string | null]>({ ...readReversals, values: [ids] }),
    client.query<[string, string, string, string]>({ ...readAccounts, values: [arrayOf([...names]), toReverse] }),
  ]);
  return {
    debits: new Map(
      debits.rows.map(([id, account, paise, version]) => [
        Number(id),
        { account, paise: Number(paise), version: numberOrNull(version) },
      ]),
    ),
    reversals: new Map(reversals.rows.map(([id, version]) => [Number(id), numberOrNull(version)])),
    accounts: new Map(
      accounts.rows.map(([account, opening, paise, version]): [string, Account] => [
        account,
        { opening: Number(opening), paise: Number(paise), version: Number(version) },
      ]),
    ),
  };
}

/** Writes what is new and commits, in one round trip. */
async function write(client: PoolClient, { books }: Settlement): Promise<void> {
  const writes: Promise<unknown>[] = [];
  if (books.debits.size > 0) {
    const debits = [...books.debits.values()];
    const values = [
      arrayOf([...books.debits.keys()]),
      arrayOf(debits.map(({ account }) => account)),
      arrayOf(debits.map(({ paise }) => paise)),
      arrayOf(debits.map(({ version }) => version)),
    ];
    writes.push(client.query({ ...writeDebits, values }));
  }
  if (books.reversals.size > 0) {
    const values = [arrayOf([...books.reversals.keys()]), arrayOf([...books.reversals.values()])];
    writes.push(client.query({ ...writeReversals, values }));
  }
  if (books.accounts.size > 0) {
    const accounts = [...books.accounts.values()];
    const values = [
      arrayOf([...books.accounts.keys()]),
      arrayOf(accounts.map(({ opening }) => opening)),
      arrayOf(accounts.map(({ paise }) => paise)),
      arrayOf(accounts.map(({ version }) => version)),
    ];
    writes.push(client.query({ ...writeAccounts, values }));
  }
  writes.push(client.query('COMMIT'));
  await Promise.all(writes);
}

/** Array literals by hand, cheaper than the driver's; names were checked on arrival, so nothing needs quoting. */
const arrayOf = (items: readonly (string | number | null)[]): string =>
  `{${items.map((item) => item ?? 'NULL').join(',')}}`;
const numberOrNull = (text: string | null): number | null => (text === null ? null : Number(text));
