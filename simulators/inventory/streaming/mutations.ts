import { decide } from '../shared/decide.ts';
import {
  admitByCumulativeSum,
  bookInARace,
  creditTwice,
  decideBeforeDurable,
  nth,
  oneByOne,
  takeOut,
  telling,
  unmoved,
  withRows,
  type Mutation,
} from './broken-parts.ts';

/** Every deliberate defect of a worker. mutants.ts says why each is convicted. */
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

/** The mutation with that name; without a name, a sound worker. */
export function mutationNamed(name: string | undefined): Mutation {
  if (name === undefined || name === '') return {};
  const known = mutationNames.find((one) => one === name);
  if (known === undefined) throw new Error(`TOOFAN_MUTANT=${name}: unknown; known: ${mutationNames.join(', ')}`);
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
        // Makes something that needs two topics read in an unlucky order happen every time.
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
  // Its defect is the query that reads its ledger.
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
