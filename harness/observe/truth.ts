import pg from 'pg';
import QueryStream from 'pg-query-stream';
import type { Row } from '../history/schema.ts';
import type { Addresses } from '../stack/stack.ts';
import type { TruthQuery } from '../target/target.ts';

const rowsAtATime = 5_000;

/** Streams one truth query over a connection of its own; `onRows` gets batches of raw rows, BIGINT as strings. */
async function stream(
  postgres: Addresses['postgres'],
  { store, sql }: TruthQuery,
  onRow: (row: Record<string, unknown>) => void,
): Promise<void> {
  const address = postgres[store];
  if (address === undefined) throw new Error(`the truth is to be read from '${store}', and the stack has no such Postgres`);
  const client = new pg.Client({ ...address, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const rows: AsyncIterable<Record<string, unknown>> = client.query(
      new QueryStream(sql, [], { batchSize: rowsAtATime, highWaterMark: rowsAtATime }),
    );
    for await (const row of rows) onRow(row);
  } finally {
    await client.end();
  }
}

const numberOf = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** What really happened to the stock, as the store says it; rows in no particular order. */
export async function readEffects(
  postgres: Addresses['postgres'],
  queries: readonly TruthQuery[],
  onRow: (row: Row<'effects'>) => void,
): Promise<void> {
  for (const { store, sql } of queries) {
    const stamped = `select q.*, (extract(epoch from q.committed_at) * 1000000)::bigint as committed_us from (${sql}) q`;
    await stream(postgres, { store, sql: stamped }, (row) =>
      onRow({
        op: numberOf(row['op']),
        leg: textOf(row['leg']),
        store,
        key: textOf(row['key']),
        delta: numberOf(row['delta']),
        amount_paise: numberOf(row['amount_paise']),
        version: numberOf(row['version']),
        committed_at: numberOf(row['committed_us']),
      }),
    );
  }
}

/** The stock itself, before or after the drill. */
export async function readBalances(
  postgres: Addresses['postgres'],
  queries: readonly TruthQuery[],
  moment: 'before' | 'after',
  onRow: (row: Row<'balances'>) => void,
): Promise<void> {
  for (const query of queries) {
    await stream(postgres, query, (row) =>
      onRow({
        store: query.store,
        key: textOf(row['key']),
        moment,
        available: numberOf(row['available']),
        sold: numberOf(row['sold']),
        version: numberOf(row['version']),
      }),
    );
  }
}
