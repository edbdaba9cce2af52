import type pg from 'pg';
import type { ShelfEntry } from '../shared/shelf.ts';
import type { Request } from '../shared/wire.ts';
import { creditAttempts, deductionAttempts } from './settings.ts';
import { readKnown, readVersions, writeMovements, writeUnmoved } from './statements.ts';
import type { KeeperAnswer, Known, Movement, Versioned } from './statements.ts';

const outOfStock: KeeperAnswer = { answer: 'revoked', reason: 'out of stock' };
const tooContended: KeeperAnswer = { answer: 'revoked', reason: 'stock changed too often' };

/**
 * The emergency fix of the source (1610-1635): read the stock, write it back if its version is unchanged, otherwise retry with
 * the latest version, and cancel the order if the stock is gone. Each order has its own version check; orders of different
 * products share a statement, or the fix could not even keep up.
 */
export async function keepStock(
  pool: pg.Pool,
  requests: readonly Request[],
  onStock: (entries: readonly ShelfEntry[]) => void,
): Promise<KeeperAnswer[]> {
  const known = await readKnown(pool, requests);
  const answers = new Map<number, KeeperAnswer>();
  const open: Request[] = [];
  for (const request of requests) {
    const before = known.decided.get(request.op);
    if (before === undefined) open.push(request);
    else answers.set(request.op, before);
  }
  const stock = await readVersions(pool, new Set(open.map(({ product }) => product)));
  await workOff(pool, unique(open), { known, stock, answers, onStock });
  return requests.map(({ op }) => answers.get(op) ?? { answer: null, reason: null });
}

interface Work {
  readonly known: Known;
  readonly stock: Map<string, Versioned>;
  readonly answers: Map<number, KeeperAnswer>;
  readonly onStock: (entries: readonly ShelfEntry[]) => void;
}

/** Rounds of at most one movement per product, in order of arrival, until nothing is left. */
async function workOff(pool: pg.Pool, requests: readonly Request[], work: Work): Promise<void> {
  const queues = Map.groupBy(requests, ({ product }) => product);
  const tries = new Map<number, number>();
  // Terminates: every round settles a request or counts an attempt, and attempts are bounded.
  while (queues.size > 0) {
    const round: Movement[] = [];
    const unmoved: { request: Request; answer: KeeperAnswer }[] = [];
    for (const [product, queue] of queues) {
      const next = settleUnmoved(queue, work, unmoved);
      if (next === undefined) queues.delete(product);
      else round.push(next);
    }
    for (const { request, answer } of unmoved) work.answers.set(request.op, answer);
    await writeUnmoved(pool, unmoved);
    const conflicts = await attempt(pool, round, work);
    const moved = round.filter((movement) => !conflicts.includes(movement));
    for (const { request } of moved) queues.get(request.product)?.shift();
    for (const { request } of conflicts) {
      const count = (tries.get(request.op) ?? 0) + 1;
      tries.set(request.op, count);
      if (request.kind === 'order' && count >= deductionAttempts) {
        queues.get(request.product)?.shift();
        work.answers.set(request.op, tooContended);
        await writeUnmoved(pool, [{ request, answer: tooContended }]);
      } else if (count >= creditAttempts) {
        throw new Error(`${request.kind} ${request.op} met another version ${count} times`);
      }
    }
  }
}

/** Removes requests that move no stock from a product's queue; returns the first that does, if any. */
function settleUnmoved(
  queue: Request[],
  { known, stock }: Work,
  unmoved: { request: Request; answer: KeeperAnswer }[],
): Movement | undefined {
  for (let request = queue[0]; request !== undefined; request = queue[0]) {
    const at = stock.get(request.product);
    const answer = refusal(request, at, known);
    if (answer === undefined && at !== undefined) return movementOf(request, at, known);
    unmoved.push({ request, answer: answer ?? { answer: 'rejected', reason: 'no such product' } });
    queue.shift();
  }
  return undefined;
}

/** Why a request moves no stock; undefined if it does. */
function refusal(request: Request, at: Versioned | undefined, known: Known): KeeperAnswer | undefined {
  const { kind, orderOp, quantity, product } = request;
  if (kind === 'restock') return at === undefined ? { answer: 'rejected', reason: 'no such product' } : undefined;
  if (kind === 'order') return (at?.available ?? 0) < quantity ? outOfStock : undefined;
  // An order that is not deducted yet cannot be found here, so its cancellation is refused.
  const order = orderOp === null ? undefined : known.deducted.get(orderOp);
  const refused = order === undefined || order.closed || order.product !== product || at === undefined;
  return refused ? { answer: 'refused', reason: null } : undefined;
}

function movementOf(request: Request, at: Versioned, known: Known): Movement {
  const { kind, orderOp } = request;
  const expected = at.version;
  if (kind === 'order') return { request, delta: -request.quantity, expected, closes: null };
  if (kind === 'restock') return { request, delta: request.quantity, expected, closes: null };
  const order = orderOp === null ? undefined : known.deducted.get(orderOp);
  return { request, delta: order?.quantity ?? 0, expected, closes: orderOp };
}

const movedAs = { order: null, restock: 'applied', cancellation: 'cancelled', return: 'credited' } as const;

/** Tries a round; returns the movements whose version had changed, with their stock reread. */
async function attempt(pool: pg.Pool, round: readonly Movement[], work: Work): Promise<Movement[]> {
  if (round.length === 0) return [];
  const after = await writeMovements(pool, round);
  const conflicts: Movement[] = [];
  const entries: ShelfEntry[] = [];
  for (const movement of round) {
    const { op, product, kind } = movement.request;
    const row = after.get(op);
    if (row === undefined) {
      conflicts.push(movement);
      continue;
    }
    work.stock.set(product, row);
    entries.push({ product, available: row.available, version: row.version });
    work.answers.set(op, { answer: movedAs[kind], reason: null });
    if (kind === 'order') work.known.deducted.set(op, { product, quantity: -movement.delta, closed: false });
    const closed = movement.closes === null ? undefined : work.known.deducted.get(movement.closes);
    if (closed !== undefined && movement.closes !== null) {
      work.known.deducted.set(movement.closes, { ...closed, closed: true });
    }
  }
  work.onStock(entries);
  if (conflicts.length > 0) {
    const latest = await readVersions(pool, new Set(conflicts.map(({ request }) => request.product)));
    for (const [product, row] of latest) work.stock.set(product, row);
  }
  return conflicts;
}

/** The first of several with the same op: a double click. */
const unique = (requests: readonly Request[]): Request[] =>
  [...new Map(requests.toReversed().map((request) => [request.op, request])).values()].toReversed();
