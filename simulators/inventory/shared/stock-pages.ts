import type pg from 'pg';
import type { ShelfEntry } from './shelf.ts';

/** All stock as shelf entries, in pages by key, so that neither side holds a large catalogue at once. */
export async function* readStockInPages(pool: pg.Pool, page = 2_000): AsyncGenerator<readonly ShelfEntry[]> {
  let after = '';
  // Terminates: each page begins after the end of the last one.
  for (;;) {
    const { rows } = await pool.query<[product: string, available: string, version: string]>({
      name: 'stock-page',
      text: 'SELECT product, available, version FROM stock WHERE product > $1 ORDER BY product LIMIT $2',
      values: [after, page],
      rowMode: 'array',
    });
    yield rows.map(([product, available, version]) => ({
      product,
      available: Number(available),
      version: Number(version),
    }));
    const last = rows.at(-1);
    if (last === undefined || rows.length < page) return;
    [after] = last;
  }
}
