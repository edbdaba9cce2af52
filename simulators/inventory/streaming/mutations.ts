import { decide } from '../shared/decide.ts';
import type { Admit, Answer, Books, Decided, DecidedRow, Outcome, Stock } from '../shared/decide.ts';
import { decisionsOf } from '../shared/handle-records.ts';
import type { Pipeline } from '../shared/handle-records.ts';
import type { DecisionToSend } from '../../worker/decision-sender.ts';
import type { Ledger, LedgerOptions } from '../shared/ledger.ts';
import type { Request } from '../shared/wire.ts';

/**
 * Every way in which a worker can be broken on purpose, and the only file that knows of them: the worker takes its parts
 * through here. Why each is convicted stands in mutants.ts.
 */
export interface Mutation {
  readonly ledger?: LedgerOptions;
  readonly pipeline?: (sound: Pipeline, ledger: Ledger) => Pipeline;
  /** Before a fetch's records are looked at; `commit` commits their offsets. */
  readonly beforeHandling?: (commit: () => Promise<void>) => Promise<void>;
  readonly refreshesShelf?: false;
}

const mutationNames = [
  'check-then-decrement',
  'commit-before-processing',
  'no-dedupe',
  'decide-before-durable',
  'cancellation-keeps-stock',
  'return-applied-twice',
  'shelf-never-refreshed',
  'sold-out-dropped',
  'allots-by-cumulative-sum',
  'lost-tombstone',
  'second-press-turned-down',
  'answers-nobody',
  'says-gone',
  'told-under-another',
  'books-tenfold',
  'books-another',
  'restock-subtracted',
  'forgets-whose',
  'turns-nearly-all-away',
  'cancels-unasked',
  'refuses-all',
  'credits-sold-out',
  'takes-back',
] as const;
export type MutationName = (typeof mutationNames)[number];

/** The mutation of that name; a sound worker for no name. */
export function mutationNamed(name: string | undefined): Mutation {
  if (name === undefined || name === '') return {};
  const known = mutationNames.find((one) => one === name);
  if (known === undefined) throw new Error(`TOOFAN_MUTANT=${name}: unknown; known are ${mutationNames.join(', ')}`);
  return mutations[known]();
}

const mutations: Readonly<Record<MutationName, () => Mutation>> = {
  'check-then-decrement': () => ({
    ledger: { locking: false },
    pipeline: (sound, ledger) => ({ ...sound, book: (requests) => bookInARace(ledger, requests) }),
  }),
  'commit-before-processing': () => ({ beforeHandling: (commit) => commit() }),
  'no-dedupe': () => ({
    ledger: {
      decide: oneByOne((request, books) => {
        const decided = new Map(books.decided);
        decided.delete(request.op);
        return decide([request], { ...books, decided });
      }),
    },
  }),
  'decide-before-durable': decideBeforeDurable,
  'cancellation-keeps-stock': () => ({
    ledger: {
      decide: oneByOne((request, books) => {
        const outcome = decide([request], books);
        if (request.kind !== 'cancellation') return outcome;
        return { ...outcome, rows: outcome.rows.map((row) => ({ ...row, version: null })), stock: new Map() };
      }),
    },
  }),
  'return-applied-twice': () => ({ ledger: { decide: oneByOne(creditTwice) } }),
  'shelf-never-refreshed': () => ({
    refreshesShelf: false,
    pipeline: (sound) => ({ ...sound, moved: () => {} }),
  }),
  'sold-out-dropped': () => ({
    pipeline: (sound) => ({
      ...sound,
      answer: (decisions) => sound.answer(decisions.filter(({ answer }) => answer !== 'sold_out')),
    }),
  }),
  'allots-by-cumulative-sum': () => ({ ledger: { admit: admitByCumulativeSum() } }),
  'lost-tombstone': () => ({
    ledger: {
      decide: oneByOne(
        (request, books) => {
          const outcome = decide([request], books);
          return { ...outcome, rows: outcome.rows.filter(({ answer }) => answer !== 'cancelled_first') };
        },
        // What else happens only when two topics are read in an unlucky order happens every time.
        ['cancellation', 'order', 'return', 'restock'],
      ),
    },
  }),
  'second-press-turned-down': () => ({
    ledger: {
      decide: oneByOne((request, books) => {
        const again = request.kind === 'order' && books.decided.get(request.op)?.answer === 'confirmed';
        const outcome = decide([request], books);
        return again ? { ...outcome, answers: ['sold_out'] } : outcome;
      }),
    },
  }),
  'answers-nobody': () => ({
    pipeline: (sound) => ({
      ...sound,
      // A cancellation also announces a return, under a number that no shopper has.
      answer: (decisions) =>
        sound.answer(
          decisions.flatMap((decision) =>
            decision.answer === 'cancelled'
              ? [decision, { ...decision, op: decision.op + 2 ** 40, answer: 'refused' }]
              : [decision],
          ),
        ),
    }),
  }),
  'says-gone': () =>
    telling((decisions) => decisions.map((one) => (one.answer === 'sold_out' ? { ...one, answer: 'gone' } : one))),
  'told-under-another': () =>
    telling((decisions) => decisions.map((one, i) => ({ ...one, key: decisions.at(i - 1)?.key ?? one.key }))),
  'takes-back': () =>
    telling((decisions) =>
      decisions.flatMap((one) =>
        one.answer === 'confirmed' && nth(one.op) % 40 === 0 ? [one, { ...one, answer: 'revoked' }] : [one],
      ),
    ),
  'books-tenfold': () => ({
    ledger: {
      decide: withRows((row) => (row.answer === 'confirmed' ? { ...row, quantity: row.quantity * 10 } : row)),
    },
  }),
  'books-another': () => ({
    ledger: {
      decide: withRows((row, rows) => {
        const other = rows.find(({ product }) => product !== row.product);
        return row.answer === 'confirmed' && other !== undefined ? { ...row, product: other.product } : row;
      }),
    },
  }),
  'restock-subtracted': () => ({ ledger: { decide: oneByOne(takeOut) } }),
  // What is wrong with it is the query that reads its ledger.
  'forgets-whose': () => ({}),
  'turns-nearly-all-away': () => ({
    ledger: {
      decide: (requests, books, admit) =>
        decide(
          requests.map((one) => (nth(one.op) % 10 === 0 ? one : { ...one, shed: 'shed_load' })),
          books,
          admit,
        ),
    },
  }),
  'cancels-unasked': () => ({
    ledger: {
      decide: oneByOne((request, books) =>
        request.kind === 'order' && nth(request.op) % 50 === 0 && !books.decided.has(request.op)
          ? unmoved(request, 'cancelled_first')
          : decide([request], books),
      ),
    },
  }),
  'refuses-all': () => ({
    ledger: {
      decide: oneByOne((request, books) =>
        request.orderOp !== null && !books.decided.has(request.op)
          ? unmoved(request, 'refused')
          : decide([request], books),
      ),
    },
  }),
  'credits-sold-out': () => ({
    ledger: {
      decide: oneByOne((request, books) => {
        const order = request.orderOp === null ? undefined : books.decided.get(request.orderOp);
        const isWrong = request.kind === 'return' && order?.answer === 'sold_out' && !books.decided.has(request.op);
        return isWrong ? unmoved(request, 'credited') : decide([request], books);
      }),
    },
  }),
};

/** The number of an operation's arrival. */
const nth = (op: number): number => Math.floor(op / 4);

/** Says other things than it has decided. */
const telling = (otherwise: (decisions: readonly DecisionToSend[]) => DecisionToSend[]): Mutation => ({
  pipeline: (sound) => ({ ...sound, answer: (decisions) => sound.answer(otherwise(decisions)) }),
});

/** Decides soundly and writes something else into the ledger. */
const withRows =
  (otherwise: (row: DecidedRow, rows: readonly DecidedRow[]) => DecidedRow): typeof decide =>
  (requests, books, admit) => {
    const outcome = decide(requests, books, admit);
    return { ...outcome, rows: outcome.rows.map((row) => otherwise(row, outcome.rows)) };
  };

/** An answer that moves nothing. */
const unmoved = ({ op, product }: Request, answer: Answer): Outcome => ({
  answers: [answer],
  rows: [{ op, product, quantity: 0, answer, version: null }],
  closed: [],
  stock: new Map(),
});

/** A restock takes its units out, where there are so many. */
function takeOut(request: Request, books: Books): Outcome {
  const outcome = decide([request], books);
  const before = books.stock.get(request.product);
  const [row] = outcome.rows;
  if (request.kind !== 'restock' || row === undefined || before === undefined || before.available < request.quantity)
    return outcome;
  const after = { ...before, available: before.available - request.quantity, version: before.version + 1 };
  return { ...outcome, rows: [{ ...row, quantity: -request.quantity }], stock: new Map([[request.product, after]]) };
}

/** Which half of a batch: a second press and what is about an order of the same arrival go with the first. */
const inSecond = ({ op }: Request): boolean => Math.floor(op / 4) % 2 === 1;

/** Both halves of a batch read before either writes, and the second then writes over the first. */
async function bookInARace(ledger: Ledger, requests: readonly Request[]): Promise<Outcome> {
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
function decideBeforeDurable(): Mutation {
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

function creditTwice(request: Request, books: Books): Outcome {
  const outcome = decide([request], books);
  const [row] = outcome.rows;
  const stock = outcome.stock.get(request.product);
  if (row?.answer !== 'credited' || row.version === null || stock === undefined) return outcome;
  const version = row.version + 1;
  const again: Stock = { ...stock, available: stock.available + row.quantity, version };
  return { ...outcome, rows: [row, { ...row, version }], stock: new Map([[request.product, again]]) };
}

/** Counts the units of everything that was asked for so far, refused or not, as a window function over all orders would. */
function admitByCumulativeSum(): Admit {
  const asked = new Map<string, number>();
  return (product, quantity, stock) => {
    const sum = (asked.get(product) ?? 0) + quantity;
    asked.set(product, sum);
    return quantity <= stock.available && sum <= stock.available + stock.sold;
  };
}

/** Decides a batch one request at a time with a rule that may be broken. */
function oneByOne(
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
