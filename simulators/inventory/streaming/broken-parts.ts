import { decide } from '../shared/decide.ts';
import type { Admit, Answer, Books, Decided, DecidedRow, Outcome, Stock } from '../shared/decide.ts';
import { decisionsOf } from '../shared/handle-records.ts';
import type { Pipeline } from '../shared/handle-records.ts';
import type { DecisionToSend } from '../../worker/decision-sender.ts';
import type { Ledger, LedgerOptions } from '../shared/ledger.ts';
import type { Request } from '../shared/wire.ts';

/** The parts of a worker that mutations.ts replaces. */
export interface Mutation {
  readonly ledger?: LedgerOptions;
  readonly pipeline?: (sound: Pipeline, ledger: Ledger) => Pipeline;
  /** Before a fetch's records are read; `commit` commits their offsets. */
  readonly beforeHandling?: (commit: () => Promise<void>) => Promise<void>;
  readonly refreshesShelf?: false;
}

/** The number of an operation's arrival. */
export const nth = (op: number): number => Math.floor(op / 4);

/** Answers something other than it has decided. */
export const telling = (otherwise: (decisions: readonly DecisionToSend[]) => DecisionToSend[]): Mutation => ({
  pipeline: (sound) => ({ ...sound, answer: (decisions) => sound.answer(otherwise(decisions)) }),
});

/** Decides correctly and writes something else into the ledger. */
export const withRows =
  (otherwise: (row: DecidedRow, rows: readonly DecidedRow[]) => DecidedRow): typeof decide =>
  (requests, books, admit) => {
    const outcome = decide(requests, books, admit);
    return { ...outcome, rows: outcome.rows.map((row) => otherwise(row, outcome.rows)) };
  };

/** An answer that moves nothing. */
export const unmoved = ({ op, product }: Request, answer: Answer): Outcome => ({
  answers: [answer],
  rows: [{ op, product, quantity: 0, answer, version: null }],
  closed: [],
  stock: new Map(),
});

/** A restock takes its units out, if there are enough. */
export function takeOut(request: Request, books: Books): Outcome {
  const outcome = decide([request], books);
  const before = books.stock.get(request.product);
  const [row] = outcome.rows;
  if (request.kind !== 'restock' || row === undefined || before === undefined || before.available < request.quantity)
    return outcome;
  const after = { ...before, available: before.available - request.quantity, version: before.version + 1 };
  return { ...outcome, rows: [{ ...row, quantity: -request.quantity }], stock: new Map([[request.product, after]]) };
}

/** Which half of a batch: a double click and anything about an order of the same arrival go with the first. */
const inSecond = ({ op }: Request): boolean => Math.floor(op / 4) % 2 === 1;

/** Both halves of a batch are read before either writes, and the second overwrites the first. */
export async function bookInARace(ledger: Ledger, requests: readonly Request[]): Promise<Outcome> {
  const firstHalf = requests.filter((request) => !inSecond(request));
  const secondHalf = requests.filter(inSecond);
  const secondHasRead = Promise.withResolvers<void>();
  const first = ledger.book(firstHalf, { read: () => secondHasRead.promise });
  const second = ledger
    .book(secondHalf, {
      read: async () => {
        secondHasRead.resolve();
        await first;
      },
    })
    .finally(() => secondHasRead.resolve());
  const [one, two] = await Promise.all([first, second]);
  let [i, j] = [0, 0];
  const answers = requests.flatMap((request) => (inSecond(request) ? two.answers[j++] : one.answers[i++]) ?? []);
  return { ...merge(one, two), answers };
}

/** Answers and offsets go out while the transaction is still open; a crash then takes back what was told. */
export function decideBeforeDurable(): Mutation {
  let commitOffsets: (() => Promise<void>) | undefined;
  return {
    beforeHandling: (commit) => {
      commitOffsets = commit;
      return Promise.resolve();
    },
    pipeline: (sound, ledger) => ({
      ...sound,
      book: (requests, hooks) =>
        ledger.book(requests, {
          beforeCommit: async (outcome) => {
            await sound.answer(decisionsOf(requests, outcome.answers));
            await commitOffsets?.();
            await hooks.beforeCommit?.(outcome);
          },
        }),
      answer: () => Promise.resolve(),
    }),
  };
}

export function creditTwice(request: Request, books: Books): Outcome {
  const outcome = decide([request], books);
  const [row] = outcome.rows;
  const stock = outcome.stock.get(request.product);
  if (row?.answer !== 'credited' || row.version === null || stock === undefined) return outcome;
  const version = row.version + 1;
  const again: Stock = { ...stock, available: stock.available + row.quantity, version };
  return { ...outcome, rows: [row, { ...row, version }], stock: new Map([[request.product, again]]) };
}

/** Counts the units of everything asked for so far, refused or not, like a window function over all orders. */
export function admitByCumulativeSum(): Admit {
  const asked = new Map<string, number>();
  return (product, quantity, stock) => {
    const sum = (asked.get(product) ?? 0) + quantity;
    asked.set(product, sum);
    return quantity <= stock.available && sum <= stock.available + stock.sold;
  };
}

/** Decides a batch one request at a time with a rule that may be broken. */
export function oneByOne(
  single: (request: Request, books: Books) => Outcome,
  inTurn: readonly Request['kind'][] = ['restock', 'order', 'cancellation', 'return'],
): typeof decide {
  return (requests, books) => {
    const stock = new Map(books.stock);
    const decided = new Map(books.decided);
    const answers: Answer[] = [];
    let all: Outcome = { answers: [], rows: [], closed: [], stock: new Map() };
    for (const kind of inTurn) {
      requests.forEach((request, i) => {
        if (request.kind !== kind) return;
        const outcome = single(request, { stock, decided });
        const [answer] = outcome.answers;
        if (answer !== undefined) answers[i] = answer;
        for (const [product, after] of outcome.stock) stock.set(product, after);
        for (const row of outcome.rows) decided.set(row.op, asDecided(row));
        for (const { orderOp } of outcome.closed) {
          const order = decided.get(orderOp);
          if (order !== undefined) decided.set(orderOp, { ...order, closed: true });
        }
        all = merge(all, outcome);
      });
    }
    return { ...all, answers };
  };
}

const asDecided = ({ answer, product, quantity }: DecidedRow): Decided => ({
  answer,
  product,
  quantity,
  closed: false,
});

const merge = (one: Outcome, two: Outcome): Outcome => ({
  answers: [...one.answers, ...two.answers],
  rows: [...one.rows, ...two.rows],
  closed: [...one.closed, ...two.closed],
  stock: new Map([...one.stock, ...two.stock]),
});
