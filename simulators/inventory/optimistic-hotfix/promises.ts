import type pg from 'pg';
import type { Request } from '../shared/wire.ts';

export type Promised = 'confirmed' | 'sold_out';

/**
 * The shop's answers, from the shelf alone: it confirms what the shelf shows, however many others were confirmed from the same
 * state. Stored by order, so that a double click gets the first answer.
 */
export async function promise(
  pool: pg.Pool,
  orders: readonly Request[],
  shows: (product: string) => number,
): Promise<Promised[]> {
  const { rows } = await pool.query<[op: string, code: number]>({
    name: 'promised',
    text: 'SELECT op, answer FROM promised WHERE op = ANY($1::bigint[])',
    values: [`{${orders.map(({ op }) => op).join(',')}}`],
    rowMode: 'array',
  });
  const answers = new Map<number, Promised>(
    rows.map(([op, code]) => [Number(op), code === 0 ? 'confirmed' : 'sold_out']),
  );
  const fresh: number[] = [];
  for (const { op, product, quantity } of orders) {
    if (answers.has(op)) continue;
    answers.set(op, quantity <= shows(product) ? 'confirmed' : 'sold_out');
    fresh.push(op);
  }
  if (fresh.length > 0) {
    await pool.query({
      name: 'promise',
      text: 'INSERT INTO promised SELECT * FROM unnest($1::bigint[], $2::smallint[])',
      values: [`{${fresh.join(',')}}`, `{${fresh.map((op) => (answers.get(op) === 'confirmed' ? 0 : 1)).join(',')}}`],
    });
  }
  return orders.map(({ op }) => answers.get(op) ?? 'sold_out');
}
