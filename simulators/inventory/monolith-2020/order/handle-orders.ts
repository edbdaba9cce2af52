import type { Redis } from 'ioredis';
import { toldAs } from '../../shared/decide.ts';
import type { ShedAnswer } from '../../shared/decide.ts';
import { decisionsOf } from '../../shared/handle-records.ts';
import type { DecisionToSend } from '../../../worker/decision-sender.ts';
import { Ledger } from '../../shared/ledger.ts';
import type { Connections } from '../../shared/ledger.ts';
import { readShelf, writeShelf } from '../../shared/shelf.ts';
import type { WorkerMetrics } from '../../../worker/worker-metrics.ts';
import type { Request } from '../../shared/wire.ts';
import { simplifiedBatch } from '../settings.ts';
import { NoConnection } from './connections.ts';
import type { Recommendations } from './recommendations.ts';
import type { OrderSwitches } from './switches.ts';
import { turnDown } from './turn-down.ts';

/** What every order goes through, one step after another, all or nothing. */
export interface OrderPath {
  readonly switches: { readonly now: OrderSwitches };
  readonly redis: Redis;
  readonly recommendations: Pick<Recommendations, 'about'>;
  readonly connections: Connections;
  /** Orders whose transaction failed but may have been committed; until the books tell, nobody is answered. */
  readonly inDoubt: Set<number>;
  readonly failed: WorkerMetrics['failed'];
}

/** An order that must not be booked, and why. */
interface TurnedDown {
  readonly order: Request;
  readonly answer: 'sold_out' | 'rejected' | ShedAnswer;
  readonly reason: string | null;
}

/**
 * The answers to the orders of one fetch; all begin at once and finish before any is answered. Rejects if an order is in doubt
 * and the books are unavailable: then the fetch must be redelivered.
 */
export async function handleOrders(orders: readonly Request[], path: OrderPath): Promise<DecisionToSend[]> {
  const size = path.switches.now.simplified ? simplifiedBatch : 1;
  const batches = Array.from({ length: Math.ceil(orders.length / size) }, (_, i) =>
    orders.slice(i * size, (i + 1) * size),
  );
  const handled = await Promise.all(batches.map((batch) => handleBatch(batch, path)));
  const turnedDown = handled.flatMap((batch) => batch.turnedDown);
  return [...handled.flatMap(({ decisions }) => decisions), ...(await record(turnedDown, path))];
}

interface Handled {
  readonly decisions: readonly DecisionToSend[];
  readonly turnedDown: readonly TurnedDown[];
}

async function handleBatch(batch: readonly Request[], path: OrderPath): Promise<Handled> {
  const objections = await Promise.all(batch.map((order) => objectionTo(order, path)));
  const turnedDown = objections.filter((objection) => objection !== null);
  const wanted = batch.filter((_, i) => objections[i] === null);
  if (wanted.length === 0) return { decisions: [], turnedDown };
  try {
    return { decisions: await book(wanted, path), turnedDown };
  } catch (error) {
    path.failed('books')(error);
    const begun = !(error instanceof NoConnection);
    if (begun) for (const { op } of wanted) path.inDoubt.add(op);
    const why = { answer: 'rejected', reason: begun ? 'database' : 'no connection' } as const;
    return { decisions: [], turnedDown: [...turnedDown, ...wanted.map((order) => ({ order, ...why }))] };
  }
}

/** A reason against an order that needs no look into the books; null if there is none. */
async function objectionTo(order: Request, path: OrderPath): Promise<TurnedDown | null> {
  const { now } = path.switches;
  if (now.saleFrozen) return { order, answer: 'shed_frozen', reason: 'sale frozen' };
  if (now.premiumOnly && order.class !== 'premium')
    return { order, answer: 'shed_load', reason: 'premium customers only' };
  let asked = 'shelf';
  try {
    if (!now.bypassSync) {
      const [shown] = await readShelf(path.redis, [order.product]);
      if ((shown ?? 0) < order.quantity) return { order, answer: 'sold_out', reason: null };
    }
    asked = 'recommendations';
    if (!now.simplified) await path.recommendations.about(order.product, now.cachedRecommendations);
    return null;
  } catch (error) {
    path.failed(asked)(error);
    return { order, answer: 'rejected', reason: asked };
  }
}

/** One transaction, then the shelf, then the answer. */
async function book(orders: readonly Request[], path: OrderPath): Promise<DecisionToSend[]> {
  const { answers, rows, stock } = await new Ledger(path.connections).book(orders);
  const entries = Array.from(stock, ([product, { available, version }]) => ({ product, available, version }));
  for (const { op } of orders) path.inDoubt.delete(op);
  // The order is sold by now, whatever happens to the shelf; the inventory sync repairs that.
  await writeShelf(path.redis, entries).catch(path.failed('shelf'));
  const fresh = new Set(rows.map(({ op }) => op));
  return decisionsOf(orders, answers).map((decision) => {
    const stored = !fresh.has(decision.op) && (decision.answer === 'rejected' || decision.answer === 'shed');
    return stored ? { ...decision, reason: 'turned down before' } : decision;
  });
}

/** Writes the orders that were turned down into the books, so that each gets the same answer on redelivery. */
async function record(turnedDown: readonly TurnedDown[], path: OrderPath): Promise<DecisionToSend[]> {
  if (turnedDown.length === 0) return [];
  const orders = turnedDown.map(({ order }) => order);
  const answers = new Map(turnedDown.map(({ order, answer }) => [order.op, answer]));
  try {
    const outcome = await new Ledger(path.connections, { decide: turnDown(answers) }).book(orders);
    for (const { op } of orders) path.inDoubt.delete(op);
    return turnedDown.map(({ order: { op, product }, answer, reason }, i) => {
      const stored = outcome.answers[i] ?? answer;
      return { op, key: product, answer: toldAs(stored), reason: stored === answer ? reason : null };
    });
  } catch (error) {
    path.failed('books')(error);
    if (orders.some(({ op }) => path.inDoubt.has(op))) throw error;
    return turnedDown.map(({ order: { op, product }, answer, reason }) => ({
      op,
      key: product,
      answer: toldAs(answer),
      reason,
    }));
  }
}
