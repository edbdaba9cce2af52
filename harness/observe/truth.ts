import { Client } from 'pg';
import QueryStream from 'pg-query-stream';
import { badInput } from '../errors.ts';
import type { Row } from '../history/schema.ts';
import type { Addresses } from '../stack/stack.ts';
import type { TruthQuery } from '../target/target.ts';

const rowsAtATime = 5_000;

/** Streams one truth query over a connection of its own, in batches; BIGINT comes as strings. */
async function stream<Out>(
  postgres: Addresses['postgres'],
  { store, sql }: TruthQuery,
  shape: (row: Record<string, unknown>) => Out,
  onRows: (rows: readonly Out[]) => Promise<void>,
): Promise<void> {
  const address = postgres[store];
  if (address === undefined)
    throw new Error(`the truth is to be read from '${store}', and the stack has no such Postgres`);
  const client = new Client({ ...address, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined); // The query that met it rejects with it.
  await client.connect();
  try {
    const rows: AsyncIterable<Record<string, unknown>> = client.query(
      new QueryStream(sql, [], { batchSize: rowsAtATime, highWaterMark: rowsAtATime }),
    );
    let batch: Out[] = [];
    for await (const row of rows) {
      batch.push(shape(row));
      if (batch.length < rowsAtATime) continue;
      await onRows(batch);
      batch = [];
    }
    await onRows(batch);
  } finally {
    await client.end();
  }
}

/**
 * How many operations the pipeline's books hold unanswered; over a connection of its own. Rejects (65) where a query does not give
 * one row with one number `open`: what it says by any other name would count as nothing.
 */
export async function readBacklog(postgres: Addresses['postgres'], queries: readonly TruthQuery[]): Promise<number> {
  let open = 0;
  for (const query of queries) {
    const found: Record<string, unknown>[] = [];
    await stream(
      postgres,
      query,
      (row) => row,
      async (rows) => void found.push(...rows.slice(0, 2)),
    );
    open += openOf(query, found);
  }
  return open;
}

function openOf({ store, sql }: TruthQuery, rows: readonly Record<string, unknown>[]): number {
  const wrongly = (what: string) =>
    badInput(`the target's backlog of '${store}' must give one row with a number \`open\`, and ${what}: ${sql}`);
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw wrongly(`gives ${rows.length === 0 ? 'no row' : 'several rows'}`);
  if (!('open' in row)) throw wrongly(`its columns are ${Object.keys(row).join(', ') || 'none'}`);
  const value = row['open'] === null ? NaN : Number(row['open']);
  if (!Number.isFinite(value) || value < 0) throw wrongly(`\`open\` is ${JSON.stringify(row['open'])}`);
  return value;
}

const numberOf = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** What really happened, as the store says it; rows in no particular order. */
export async function readEffects(
  postgres: Addresses['postgres'],
  queries: readonly TruthQuery[],
  onRows: (rows: readonly Row<'effects'>[]) => Promise<void>,
): Promise<void> {
  for (const { store, sql } of queries) {
    const stamped = `select q.*, (extract(epoch from q.committed_at) * 1000000)::bigint as committed_us from (${sql}) q`;
    const shape = (row: Record<string, unknown>): Row<'effects'> => ({
      op: numberOf(row['op']),
      leg: textOf(row['leg']),
      store,
      key: textOf(row['key']),
      delta: numberOf(row['delta']),
      amount_paise: numberOf(row['amount_paise']),
      version: numberOf(row['version']),
      committed_at: numberOf(row['committed_us']),
    });
    await stream(postgres, { store, sql: stamped }, shape, onRows);
  }
}

/** What there is, before or after the drill. */
export async function readBalances(
  postgres: Addresses['postgres'],
  queries: readonly TruthQuery[],
  moment: 'before' | 'after',
  onRows: (rows: readonly Row<'balances'>[]) => Promise<void>,
): Promise<void> {
  for (const query of queries) {
    const shape = (row: Record<string, unknown>): Row<'balances'> => ({
      store: query.store,
      key: textOf(row['key']),
      moment,
      available: numberOf(row['available']),
      sold: numberOf(row['sold']),
      version: numberOf(row['version']),
    });
    await stream(postgres, query, shape, onRows);
  }
}
