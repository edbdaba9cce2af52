import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import type { Answer, Books, Decided, Outcome, Sheddable, Stock } from './decide.ts';
import type { Kind } from './wire.ts';

const order = (op: number, quantity: number, product = 'p'): Sheddable => ({
  op,
  kind: 'order',
  orderOp: null,
  product,
  quantity,
  class: 'regular',
});
const about = (kind: 'cancellation' | 'return', op: number, orderOp: number, product = 'p'): Sheddable => ({
  op,
  kind,
  orderOp,
  product,
  quantity: 1,
  class: 'regular',
});
const restock = (op: number, quantity: number): Sheddable => ({
  op,
  kind: 'restock',
  orderOp: null,
  product: 'p',
  quantity,
  class: 'regular',
});
const stocked = (available: number): Books => ({
  stock: new Map([['p', { available, sold: 0, version: 0 }]]),
  decided: new Map(),
});
/** The books after an outcome was written into them. */
function after(books: Books, outcome: Outcome): Books {
  const decided = new Map<number, Decided>(books.decided);
  for (const { op, answer, product, quantity } of outcome.rows) {
    if (decided.has(op)) throw new Error(`${op} was written twice`);
    decided.set(op, { answer, product, quantity, closed: false });
  }
  for (const { orderOp } of outcome.closed) {
    const closing = decided.get(orderOp);
    if (closing === undefined || closing.closed) throw new Error(`order ${orderOp} was closed twice`);
    decided.set(orderOp, { ...closing, closed: true });
  }
  return { stock: new Map([...books.stock, ...outcome.stock]), decided };
}
/** Decides batch after batch; returns the answers of each. */
function decideAll(books: Books, batches: readonly (readonly Sheddable[])[]): { answers: Answer[][]; books: Books } {
  const answers: Answer[][] = [];
  for (const batch of batches) {
    const outcome = decide(batch, books);
    answers.push([...outcome.answers]);
    books = after(books, outcome);
  }
  return { answers, books };
}
const turnedAway = (one: Sheddable): Sheddable => ({ ...one, shed: 'shed_load' });
const stockIn = (books: Books): Stock | undefined => books.stock.get('p');

describe('decide', () => {
  it('confirms a later order of one unit after it refused one of three', () => {
    const outcome = decide([order(0, 2), order(4, 3), order(8, 1), order(12, 1)], stocked(3));
    expect(outcome.answers).toEqual(['confirmed', 'sold_out', 'confirmed', 'sold_out']);
    expect(outcome.stock.get('p')).toEqual({ available: 0, sold: 3, version: 2 });
  });

  it('sheds what is not decided yet, of any product, and keeps to what it had said', () => {
    const batches = [
      [order(0, 1), turnedAway(order(4, 1)), turnedAway(order(8, 1, 'unheard-of'))],
      [turnedAway(order(0, 1)), order(4, 1)],
    ];
    const { answers, books } = decideAll(stocked(5), batches);
    expect(answers).toEqual([
      ['confirmed', 'shed_load', 'shed_load'],
      ['confirmed', 'shed_load'],
    ]);
    expect(stockIn(books)).toEqual({ available: 4, sold: 1, version: 1 });
    expect(decide([about('cancellation', 5, 4), about('return', 6, 4)], books).answers).toEqual(['refused', 'refused']);
  });

  it('gives each effect a version of its own and none to what moved nothing', () => {
    const { rows } = decide([order(0, 1), order(4, 9), order(8, 1)], stocked(2));
    expect(rows.map(({ op, version }) => [op, version])).toEqual([
      [0, 1],
      [4, null],
      [8, 2],
    ]);
  });

  it('answers a double press in one batch twice and books it once', () => {
    const outcome = decide([order(0, 1), order(0, 1)], stocked(5));
    expect(outcome.answers).toEqual(['confirmed', 'confirmed']);
    expect(outcome.rows).toHaveLength(1);
    expect(outcome.stock.get('p')?.available).toBe(4);
  });

  it('gives the stored answer again, whatever the stock is by now', () => {
    const { answers, books } = decideAll(stocked(1), [[order(0, 1)], [order(4, 1)], [order(0, 1), order(4, 1)]]);
    expect(answers).toEqual([['confirmed'], ['sold_out'], ['confirmed', 'sold_out']]);
    expect(stockIn(books)).toEqual({ available: 0, sold: 1, version: 1 });
  });

  it('still says confirmed of an order that was cancelled since', () => {
    const { answers } = decideAll(stocked(1), [[order(0, 1)], [about('cancellation', 5, 0)], [order(0, 1)]]);
    expect(answers).toEqual([['confirmed'], ['cancelled'], ['confirmed']]);
  });

  it('leaves a tombstone for an order that its cancellation overtook', () => {
    const { answers, books } = decideAll(stocked(5), [
      [about('cancellation', 1, 0)],
      [about('cancellation', 5, 0)],
      [order(0, 2)],
      [order(0, 2), about('return', 2, 0)],
    ]);
    expect(answers).toEqual([['cancelled'], ['refused'], ['cancelled_first'], ['cancelled_first', 'refused']]);
    expect(stockIn(books)).toEqual({ available: 5, sold: 0, version: 0 });
  });

  it('decides the order first where both are in one batch', () => {
    const outcome = decide([about('cancellation', 1, 0), order(0, 2)], stocked(5));
    expect(outcome.answers).toEqual(['cancelled', 'confirmed']);
    expect(outcome.stock.get('p')).toEqual({ available: 5, sold: 0, version: 2 });
  });

  it('refuses a return that comes before its order, for good', () => {
    const { answers, books } = decideAll(stocked(5), [[about('return', 2, 0)], [order(0, 2)], [about('return', 2, 0)]]);
    expect(answers).toEqual([['refused'], ['confirmed'], ['refused']]);
    expect(stockIn(books)?.available).toBe(3);
  });

  it('gives units back once, by a cancellation or by a return', () => {
    const { answers, books } = decideAll(stocked(5), [
      [order(0, 2), about('return', 2, 0), about('return', 6, 0), about('return', 2, 0)],
      [about('cancellation', 1, 0), about('return', 10, 0)],
    ]);
    expect(answers).toEqual([
      ['confirmed', 'credited', 'refused', 'credited'],
      ['refused', 'refused'],
    ]);
    expect(stockIn(books)).toEqual({ available: 5, sold: 0, version: 2 });
  });

  it('refuses to give back an order of another product, or one that was sold out', () => {
    const books: Books = {
      stock: new Map([
        ['p', { available: 1, sold: 0, version: 0 }],
        ['q', { available: 1, sold: 0, version: 0 }],
      ]),
      decided: new Map(),
    };
    const { answers } = decideAll(books, [
      [order(0, 1), order(4, 1)],
      [about('cancellation', 1, 0, 'q'), about('cancellation', 5, 4)],
    ]);
    expect(answers[1]).toEqual(['refused', 'refused']);
  });

  it('sells in the same batch what was just restocked', () => {
    expect(decide([order(0, 2), restock(3, 2)], stocked(0)).answers).toEqual(['confirmed', 'applied']);
  });

  it('rejects what is about a product that is not in the books', () => {
    const requests = [order(0, 1, 'x'), about('cancellation', 1, 0, 'x'), about('return', 2, 0, 'x')];
    expect(decide(requests, stocked(1)).answers).toEqual(['rejected', 'refused', 'refused']);
  });
});

/** The slow and obvious model: one operation after another, everything looked up in the whole history. */
class Model {
  available: number;
  readonly answers = new Map<number, Answer>();
  readonly orders = new Map<number, { quantity: number; givenBack: boolean }>();
  readonly tombstones = new Set<number>();

  constructor(available: number) {
    this.available = available;
  }

  answer(request: Sheddable): Answer {
    const before = this.answers.get(request.op);
    if (before !== undefined) return before;
    const answer = this.#fresh(request);
    this.answers.set(request.op, answer);
    return answer;
  }

  #fresh({ op, kind, orderOp, quantity, shed }: Sheddable): Answer {
    if (kind === 'restock') {
      this.available += quantity;
      return 'applied';
    }
    if (kind === 'order') {
      if (this.tombstones.has(op)) return 'cancelled_first';
      if (shed !== undefined) return shed;
      if (quantity > this.available) return 'sold_out';
      this.available -= quantity;
      this.orders.set(op, { quantity, givenBack: false });
      return 'confirmed';
    }
    const confirmed = this.orders.get(orderOp ?? -1);
    if (confirmed !== undefined && !confirmed.givenBack) {
      confirmed.givenBack = true;
      this.available += confirmed.quantity;
      return kind === 'cancellation' ? 'cancelled' : 'credited';
    }
    const undecided = !this.answers.has(orderOp ?? -1) && !this.tombstones.has(orderOp ?? -1);
    if (kind === 'cancellation' && undecided) {
      this.tombstones.add(orderOp ?? -1);
      return 'cancelled';
    }
    return 'refused';
  }
}

const turn: readonly Kind[] = ['restock', 'order', 'cancellation', 'return'];
/** Few orders, so that double clicks, cancellations and returns collide; an op's slot gives its kind, as in a drill. */
const request = fc
  .record({ number: fc.nat(7), slot: fc.nat(3), about: fc.nat(7), shed: fc.nat(4) })
  .map(({ number, slot, about: aboutNumber, shed }): Sheddable => {
    const op = number * 4 + slot;
    // The same op is the same operation: what it asks for is a function of its number.
    const quantity = 1 + (number % 3);
    if (slot === 0) return shed === 0 ? { ...order(op, quantity), shed: 'shed_late' } : order(op, quantity);
    if (slot === 3) return restock(op, quantity);
    return about(slot === 1 ? 'cancellation' : 'return', op, ((number + (aboutNumber % 2)) % 8) * 4);
  });

describe('decide, against the model', () => {
  it('gives the same answers and the same stock for every history, however it is cut into batches', () => {
    fc.assert(
      fc.property(
        fc.nat(12),
        fc.array(fc.array(request, { maxLength: 12 }), { maxLength: 8 }),
        (available, batches) => {
          const model = new Model(available);
          const first = new Map<number, Sheddable>();
          const consistent = batches.map((batch) =>
            batch.map((one) => {
              const known = first.get(one.op) ?? one;
              first.set(one.op, known);
              // Each attempt may or may not have to be shed.
              return { ...known, shed: one.shed };
            }),
          );
          const { answers, books } = decideAll(stocked(available), consistent);
          consistent.forEach((batch, b) => {
            const expected: Answer[] = [];
            for (const kind of turn) {
              batch.forEach((one, i) => {
                if (one.kind === kind) expected[i] = model.answer(one);
              });
            }
            expect(answers[b]).toEqual(expected);
          });
          expect(stockIn(books)?.available).toBe(model.available);
          expect(model.available).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 500 },
    );
  });
});
