import { Client, DatabaseError } from 'pg';
import QueryStream from 'pg-query-stream';
import { badInput, unavailable } from '../errors.ts';
import type { Row } from '../history/schema.ts';
import type { Addresses } from '../stack/stack.ts';
import type { TruthQuery } from '../target/target.ts';

const rowsAtATime = 5_000;

/** One of a target's queries, and its place in the target, for error messages. */
interface NamedQuery extends TruthQuery {
  readonly member: string;
  /** The expression over the query's rows, `q`. */
  readonly select: string;
}

const named = (queries: readonly TruthQuery[], member: string, select: string): NamedQuery[] =>
  queries.map((query, index) => ({ ...query, member: `${member}[${index}]`, select }));

/** One row of a query, with each value checked against its column. */
interface TruthRow {
  /** An exact whole number; null for null. Throws a UserError (65) naming query, column and value. */
  whole(column: string): number | null;
  /** µs since the epoch. */
  time(column: string): number | null;
  text(column: string): string | null;
  /** Columns without which a row means nothing. */
  name(column: string): string;
  amount(column: string): number;
}

function truthRow(query: NamedQuery, row: Record<string, unknown>): TruthRow {
  const refuse = (column: string, must: string) =>
    badInput(
      `the target's ${inWords(query)}: column ${column} must be ${must}, is ${JSON.stringify(row[column]) ?? 'missing'}; fix the query, nothing was recorded from it`,
    );
  const text = (column: string): string | null => {
    const value = row[column];
    if (value === null || typeof value === 'string') return value;
    throw refuse(column, 'text');
  };
  const whole = (column: string): number | null => {
    const value = row[column];
    if (value === null) return null;
    const number = wholeOf(value);
    if (number === null) throw refuse(column, `a whole number within ±${Number.MAX_SAFE_INTEGER}`);
    return number;
  };
  return {
    text,
    whole,
    time(column) {
      const at = whole(column);
      if (at !== null && at < 0) throw refuse(column, 'a time since 1970');
      return at;
    },
    name(column) {
      const value = text(column);
      if (value === null || value === '') throw refuse(column, 'non-empty text');
      return value;
    },
    amount(column) {
      const value = whole(column);
      if (value === null) throw refuse(column, 'a whole number');
      return value;
    },
  };
}

/** BIGINT and NUMERIC arrive as text. */
function wholeOf(value: unknown): number | null {
  const isDecimal = typeof value === 'string' && /^-?\d+(\.0*)?$/.test(value);
  const number = isDecimal ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}

const longestShown = 120;
function inWords({ member, store, sql }: NamedQuery): string {
  const line = sql.replaceAll(/\s+/g, ' ').trim();
  return `${member} (in ${store}: ${line.length > longestShown ? `${line.slice(0, longestShown)}…` : line})`;
}

/**
 * SQLSTATE classes for a wrong query rather than a database that is down: feature not supported, cardinality, data, syntax and
 * names.
 */
const wrongQuery = /^(0A|21|22|42)/;

/**
 * Streams one truth query over a connection of its own, in batches. Rejects (65) if the query is invalid, (69) if the server
 * refuses it.
 */
async function stream<Out>(
  postgres: Addresses['postgres'],
  query: NamedQuery,
  shape: (row: TruthRow) => Out,
  onRows: (rows: readonly Out[]) => Promise<void>,
): Promise<void> {
  const { store, sql, select } = query;
  const address = postgres[store];
  if (address === undefined)
    throw new Error(`the target reads the truth from '${store}', but the stack has no such Postgres`);
  const client = new Client({ ...address, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined); // The query that met it rejects with it.
  await client.connect();
  try {
    const whole = `select ${select} from (${sql.replace(/;\s*$/, '')}\n) q`;
    const rows: AsyncIterable<Record<string, unknown>> = client.query(
      new QueryStream(whole, [], { batchSize: rowsAtATime, highWaterMark: rowsAtATime }),
    );
    let batch: Out[] = [];
    for await (const row of rows) {
      batch.push(shape(truthRow(query, row)));
      if (batch.length < rowsAtATime) continue;
      await onRows(batch);
      batch = [];
    }
    await onRows(batch);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    const said = `the target's ${inWords(query)}: ${error.message}${error.hint ? ` (${error.hint})` : ''}`;
    throw wrongQuery.test(error.code ?? '') ? badInput(said) : unavailable(`${said} (refused by the server)`, error);
  } finally {
    await client.end();
  }
}

/**
 * How many operations the pipeline's books hold unanswered; over a connection of its own. Rejects (65) if a query does not return
 * one row with one number `open`: under any other name it would silently count as zero.
 */
export async function readBacklog(postgres: Addresses['postgres'], queries: readonly TruthQuery[]): Promise<number> {
  let open = 0;
  for (const query of named(queries, 'backlog', 'q.open')) {
    const found: (number | null)[] = [];
    await stream(
      postgres,
      query,
      (row) => row.whole('open'),
      async (rows) => void found.push(...rows.slice(0, 2)),
    );
    open += openOf(query, found);
  }
  return open;
}

function openOf(query: NamedQuery, [open = null, ...others]: readonly (number | null)[]): number {
  if (open !== null && open >= 0 && others.length === 0) return open;
  throw badInput(`the target's ${inWords(query)}: must return one row with a number \`open\`, 0 if nothing is open`);
}

/** What really happened, according to the store; rows in no particular order. */
export async function readEffects(
  postgres: Addresses['postgres'],
  queries: readonly TruthQuery[],
  onRows: (rows: readonly Row<'effects'>[]) => Promise<void>,
): Promise<void> {
  const committed = '(extract(epoch from q.committed_at) * 1000000)::bigint as committed_at';
  const select = `q.op, q.leg, q.key, q.delta, q.amount_paise, q.version, ${committed}`;
  for (const query of named(queries, 'effects', select)) {
    const shape = (row: TruthRow): Row<'effects'> => ({
      op: row.whole('op'),
      leg: row.text('leg'),
      store: query.store,
      // The judge weighs missing values of an effect; a balance without a key is invalid.
      key: row.text('key'),
      delta: row.whole('delta'),
      amount_paise: row.whole('amount_paise'),
      version: row.whole('version'),
      committed_at: row.time('committed_at'),
    });
    await stream(postgres, query, shape, onRows);
  }
}

/** The balances before or after the drill. */
export async function readBalances(
  postgres: Addresses['postgres'],
  queries: readonly TruthQuery[],
  moment: 'before' | 'after',
  onRows: (rows: readonly Row<'balances'>[]) => Promise<void>,
): Promise<void> {
  for (const query of named(queries, 'balances', 'q.key, q.available, q.sold, q.version')) {
    const shape = (row: TruthRow): Row<'balances'> => ({
      store: query.store,
      key: row.name('key'),
      moment,
      available: row.amount('available'),
      sold: row.whole('sold'),
      version: row.whole('version'),
    });
    await stream(postgres, query, shape, onRows);
  }
}
