import type pg from 'pg';
import type { Request } from '../shared/wire.ts';

/** The keeper's answer to one request; null if the shop's own answer stands. */
export interface KeeperAnswer {
  readonly answer: 'revoked' | 'rejected' | 'cancelled' | 'refused' | 'credited' | 'applied' | null;
  readonly reason: string | null;
}

/** A product's stock as read, with the version that a write must still find. */
export interface Versioned {
  readonly available: number;
  readonly version: number;
}
/** What the books already know about a batch's operations and the orders they refer to. */
export interface Known {
  readonly decided: ReadonlyMap<number, KeeperAnswer>;
  readonly deducted: Map<number, { readonly product: string; readonly quantity: number; readonly closed: boolean }>;
}
export interface Movement {
  readonly request: Request;
  readonly delta: number;
  readonly expected: number;
  /** The order that these units come back from. */
  readonly closes: number | null;
}

const deductedCode = 0;
const codes = { rejected: 2, cancelled: 4, refused: 5, credited: 6, applied: 7, revoked: 8 } as const;
const answerOf = new Map<number, keyof typeof codes>(
  Object.entries(codes).map(([answer, code]) => [code, answer as keyof typeof codes]),
);
const movedCode = {
  order: deductedCode,
  restock: codes.applied,
  cancellation: codes.cancelled,
  return: codes.credited,
};

export async function readKnown(pool: pg.Pool, requests: readonly Request[]): Promise<Known> {
  const ops = new Set(requests.flatMap(({ op, orderOp }) => (orderOp === null ? [op] : [op, orderOp])));
  const { rows } = await pool.query<[op: string, code: number, product: string, quantity: number, closed: boolean]>({
    name: 'known',
    text: `SELECT d.op, d.answer, d.product, d.quantity, c.order_op IS NOT NULL
           FROM decided d LEFT JOIN closed c ON c.order_op = d.op WHERE d.op = ANY($1::bigint[])`,
    values: [[...ops]],
    rowMode: 'array',
  });
  const decided = new Map<number, KeeperAnswer>();
  const deducted: Known['deducted'] = new Map();
  for (const [op, code, product, quantity, closed] of rows) {
    const answer = answerOf.get(code) ?? null;
    decided.set(Number(op), { answer, reason: answer === 'revoked' ? 'out of stock' : null });
    if (code === deductedCode) deducted.set(Number(op), { product, quantity, closed });
  }
  return { decided, deducted };
}

export async function readVersions(pool: pg.Pool, products: ReadonlySet<string>): Promise<Map<string, Versioned>> {
  if (products.size === 0) return new Map();
  const { rows } = await pool.query<[product: string, available: string, version: string]>({
    name: 'versions',
    text: 'SELECT product, available, version FROM stock WHERE product = ANY($1::text[])',
    values: [[...products]],
    rowMode: 'array',
  });
  return new Map(
    rows.map(([product, available, version]) => [product, { available: Number(available), version: Number(version) }]),
  );
}

/**
 * Writes the movements whose version is unchanged, each with its own check; returns the resulting rows by op. Missing ones found
 * another version.
 */
export async function writeMovements(pool: pg.Pool, round: readonly Movement[]): Promise<Map<number, Versioned>> {
  const { rows } = await pool.query<[op: string, available: string, version: string]>({
    name: 'move',
    text: `WITH attempt AS (
             SELECT * FROM unnest($1::bigint[], $2::text[], $3::int[], $4::bigint[], $5::smallint[], $6::bigint[])
               AS a(op, product, delta, expected, answer, closes)),
           moved AS (
             UPDATE stock s SET available = s.available + a.delta, version = s.version + 1,
               sold = s.sold - CASE WHEN a.answer = ${codes.applied} THEN 0 ELSE a.delta END
             FROM attempt a WHERE s.product = a.product AND s.version = a.expected
             RETURNING a.op, a.product, a.delta, a.answer, a.closes, s.available, s.version),
           closing AS (INSERT INTO closed SELECT closes, op FROM moved WHERE closes IS NOT NULL),
           booking AS (
             INSERT INTO decided (op, version, quantity, answer, product)
             SELECT op, version, abs(delta), answer, product FROM moved)
           SELECT op, available, version FROM moved`,
    values: [
      round.map(({ request }) => request.op),
      round.map(({ request }) => request.product),
      round.map(({ delta }) => delta),
      round.map(({ expected }) => expected),
      round.map(({ request }) => movedCode[request.kind]),
      round.map(({ closes }) => closes),
    ],
    rowMode: 'array',
  });
  return new Map(
    rows.map(([op, available, version]) => [Number(op), { available: Number(available), version: Number(version) }]),
  );
}

export async function writeUnmoved(
  pool: pg.Pool,
  unmoved: readonly { readonly request: Request; readonly answer: KeeperAnswer }[],
): Promise<void> {
  if (unmoved.length === 0) return;
  await pool.query({
    name: 'unmoved',
    text: `INSERT INTO decided (op, version, quantity, answer, product)
           SELECT op, NULL, quantity, answer, product
           FROM unnest($1::bigint[], $2::smallint[], $3::smallint[], $4::text[]) u(op, quantity, answer, product)`,
    values: [
      unmoved.map(({ request }) => request.op),
      unmoved.map(({ request }) => request.quantity),
      unmoved.map(({ answer }) => (answer.answer === null ? deductedCode : codes[answer.answer])),
      unmoved.map(({ request }) => request.product),
    ],
  });
}
