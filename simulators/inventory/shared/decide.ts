import type { Request } from './wire.ts';

/**
 * The decision itself, pure: the rows that a batch concerns and the batch in, answers and writes out.
 *
 * Every operation gets one answer, whatever the order of arrival:
 * - An operation that was decided before (redelivered, or a double click) gets its stored answer again and moves nothing.
 * - order: confirmed if its units are available, all or nothing, else sold_out. Greedy: a later, smaller one may still be
 * confirmed.
 * - cancellation of a confirmed order: cancelled, the units come back, the order is closed.
 * - cancellation before its order was decided: cancelled, leaving a tombstone: the order's own decision, cancelled_first, is made
 * in advance and sent when the order comes. No units move, for either.
 * - return of a confirmed order that is not closed: credited, the units come back, the order is closed.
 * - return before its order was decided: refused, finally. Nobody can return what was never confirmed, and waiting for an order
 * that may never come would leave the return unanswered forever.
 * - cancellation or return of an order that is already closed, was not confirmed, or is about another product: refused.
 * - order to be shed: shed, finally; no units move.
 * - anything about an unknown product: rejected (order, restock) or refused (cancellation, return).
 *
 * Within one batch restocks go first, then orders, then cancellations, then returns, so that as few as possible are refused only
 * because two topics were read in an unlucky order; within each kind the order of arrival holds.
 */

export type Answer =
  | 'confirmed'
  | 'sold_out'
  | 'rejected'
  | 'cancelled_first'
  | 'cancelled'
  | 'refused'
  | 'credited'
  | 'applied'
  | ShedAnswer;

/** Turned away on purpose; shoppers are told `shed` and why, see `toldAs` and `reasonFor`. */
export type ShedAnswer = 'shed_late' | 'shed_load' | 'shed_frozen';

/** A request, and whether to shed it unless it was decided before (orders only). */
export type Sheddable = Request & { readonly shed?: ShedAnswer | undefined };

/** A product's row. The version grows by one with every effect. */
export interface Stock {
  readonly available: number;
  readonly sold: number;
  readonly version: number;
}

/** What the books know about a decided operation. */
export interface Decided {
  readonly answer: Answer;
  readonly product: string;
  readonly quantity: number;
  /** A confirmed order whose units came back. */
  readonly closed: boolean;
}

/** The rows that a batch concerns: its products, its operations and the orders they refer to. */
export interface Books {
  readonly stock: ReadonlyMap<string, Stock>;
  readonly decided: ReadonlyMap<number, Decided>;
}

/** A row to write; `version` is null if no stock moved. */
export interface DecidedRow {
  readonly op: number;
  readonly product: string;
  readonly quantity: number;
  readonly answer: Answer;
  readonly version: number | null;
}

export interface Outcome {
  /** One per request, in the same order. */
  readonly answers: readonly Answer[];
  readonly rows: readonly DecidedRow[];
  /** Orders whose units came back. */
  readonly closed: readonly { readonly orderOp: number; readonly byOp: number }[];
  /** Products whose stock moved, with their new state. */
  readonly stock: ReadonlyMap<string, Stock>;
}

/** Whether an order of so many units may be confirmed; a pipeline that does not decide from its stock passes its own basis. */
export type Admit = (product: string, quantity: number, stock: Stock) => boolean;

const whileStocksLast: Admit = (_product, quantity, stock) => quantity <= stock.available;

export function decide(requests: readonly Sheddable[], books: Books, admit: Admit = whileStocksLast): Outcome {
  const stock = new Map<string, Stock>();
  const known = new Map<number, Decided>();
  const rows: DecidedRow[] = [];
  const closed: { orderOp: number; byOp: number }[] = [];
  const answers: Answer[] = [];

  const stockOf = (product: string) => stock.get(product) ?? books.stock.get(product);
  const decidedAs = (op: number) => known.get(op) ?? books.decided.get(op);
  const write = (op: number, product: string, quantity: number, answer: Answer, version: number | null): Answer => {
    rows.push({ op, product, quantity, answer, version });
    known.set(op, { answer, product, quantity, closed: false });
    return answer;
  };
  /** Moves units out (positive `sold`) or in, and records the operation. */
  const move = (op: number, product: string, answer: Answer, from: Stock, units: number, sold: number): Answer => {
    const version = from.version + 1;
    stock.set(product, { available: from.available + units, sold: from.sold + sold, version });
    return write(op, product, Math.abs(units), answer, version);
  };
  const giveBack = (request: Request, answer: Answer, stocked: Stock): Answer => {
    const { op, product, orderOp } = request;
    const order = orderOp === null ? undefined : decidedAs(orderOp);
    if (orderOp !== null && order?.answer === 'confirmed' && !order.closed && order.product === product) {
      known.set(orderOp, { ...order, closed: true });
      closed.push({ orderOp, byOp: op });
      return move(op, product, answer, stocked, order.quantity, -order.quantity);
    }
    if (request.kind === 'cancellation' && orderOp !== null && order === undefined) {
      write(orderOp, product, 0, 'cancelled_first', null);
      return write(op, product, 0, answer, null);
    }
    return write(op, product, 0, 'refused', null);
  };
  const answerTo = (request: Sheddable): Answer => {
    const { op, kind, product, quantity, shed } = request;
    const before = decidedAs(op);
    if (before !== undefined) return before.answer;
    if (shed !== undefined && kind === 'order') return write(op, product, quantity, shed, null);
    const stocked = stockOf(product);
    if (stocked === undefined) {
      return write(op, product, 0, kind === 'order' || kind === 'restock' ? 'rejected' : 'refused', null);
    }
    if (kind === 'restock') return move(op, product, 'applied', stocked, quantity, 0);
    if (kind === 'cancellation') return giveBack(request, 'cancelled', stocked);
    if (kind === 'return') return giveBack(request, 'credited', stocked);
    return admit(product, quantity, stocked)
      ? move(op, product, 'confirmed', stocked, -quantity, quantity)
      : write(op, product, quantity, 'sold_out', null);
  };

  for (const kind of inTurn) {
    requests.forEach((request, i) => {
      if (request.kind === kind) answers[i] = answerTo(request);
    });
  }
  return { answers, rows, closed, stock };
}

const inTurn = ['restock', 'order', 'cancellation', 'return'] as const;

const reasons: Readonly<Partial<Record<Answer, string>>> = {
  rejected: 'no such product',
  shed_late: 'waited too long',
  shed_load: 'too many orders: premium shoppers only',
  shed_frozen: 'the sale is frozen',
};

/** The reason, if the answer does not imply it. */
export const reasonFor = (answer: Answer): string | null => reasons[answer] ?? null;

/** The answer as shoppers are told it. */
export const toldAs = (answer: Answer): string => (answer.startsWith('shed_') ? 'shed' : answer);
