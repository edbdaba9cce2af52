import type pg from 'pg';
import type { Redis } from 'ioredis';
import { writeShelf } from '../shared/shelf.ts';

/**
 * The failing batch of the source (1530-1550), literally: single-threaded, product by product, several queries and one UPDATE
 * each, on one connection held from the first product to the last.
 */
export async function syncInventory(client: pg.ClientBase, redis: Redis, stopping: () => boolean): Promise<number> {
  const { rows } = await client.query<{ product: string }>('SELECT product FROM availability ORDER BY product');
  let synced = 0;
  for (const { product } of rows) {
    if (stopping()) break;
    await syncProduct(client, redis, product);
    synced += 1;
  }
  return synced;
}

async function syncProduct(client: pg.ClientBase, redis: Redis, product: string): Promise<void> {
  const stock = await one(
    client,
    `SELECT s.available + s.sold AS on_hand, s.version, a.synced_version
     FROM stock s JOIN availability a USING (product) WHERE product = $1`,
    [product],
  );
  const ordersSinceLastSync = await one(client, `${soldUnits} AND version > $2 AND version <= $3`, [
    product,
    stock['synced_version'],
    stock['version'],
  ]);
  const reserved = await one(client, `${soldUnits} AND version <= $2`, [product, stock['synced_version']]);
  const available = number(stock, 'on_hand') - number(ordersSinceLastSync, 'units') - number(reserved, 'units');
  const version = number(stock, 'version');
  await client.query('UPDATE availability SET available = $2, synced_version = $3 WHERE product = $1', [
    product,
    available,
    version,
  ]);
  await writeShelf(redis, [{ product, available, version }]);
}

/** Confirmed orders (0) less what was cancelled (4) or returned (6). */
const soldUnits = `SELECT coalesce(sum(CASE answer WHEN 0 THEN quantity ELSE -quantity END), 0) AS units
                   FROM decided WHERE product = $1 AND answer IN (0, 4, 6)`;

type Fields = Readonly<Record<string, unknown>>;

async function one(client: pg.ClientBase, text: string, values: readonly unknown[]): Promise<Fields> {
  const { rows } = await client.query<Fields>(text, [...values]);
  const [row] = rows;
  if (row === undefined) throw new Error(`no row for ${String(values[0])}: ${text}`);
  return row;
}

const number = (fields: Fields, name: string): number => Number(fields[name]);
