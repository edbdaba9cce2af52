import { Client } from 'pg';
import type { Addresses, Mutant, Target } from 'toofan';
import { mainPostgres } from '../shared/opening.ts';
import { effectsSql } from '../shared/truth.ts';
import { workerSpec } from '../../worker/worker-process.ts';
import type { CrashPoint } from './crash-points.ts';
import type { MutationName } from './mutations.ts';
import { target as sound } from './target.ts';

interface Defect {
  readonly name: MutationName;
  readonly summary: string;
  readonly convictedBy: readonly string[];
  /** One of the two workers dies here; its partitions go to the other. */
  readonly crashAt?: `${CrashPoint}:${number}`;
  /** Reads its ledger so that some rows name no operation. */
  readonly effectsSql?: string;
  /** The unique key on operations is taken away, which would otherwise stand in for the missing care. */
  readonly withoutKey?: true;
}

const defects: readonly Defect[] = [
  {
    name: 'check-then-decrement',
    summary: 'Reads the stock without a lock; two transactions sell the same units and the later write hides one sale.',
    convictedBy: ['no-overpromise', 'no-oversell', 'books-balance'],
  },
  {
    name: 'commit-before-processing',
    summary: 'Commits offsets when records arrive; what a killed worker had in hand never comes again.',
    convictedBy: ['no-lost-order'],
    crashAt: 'read:20',
  },
  {
    name: 'no-dedupe',
    summary: 'Takes a second press for a new order: its units go twice, one decision and two effects.',
    convictedBy: ['books-balance', 'effects-once'],
    withoutKey: true,
  },
  {
    name: 'decide-before-durable',
    summary: 'Tells the answers before they are committed; a crash in between leaves confirmed orders without units.',
    convictedBy: ['books-balance', 'effects-once'],
    crashAt: 'before-commit:20',
  },
  {
    name: 'cancellation-keeps-stock',
    summary: 'Accepts cancellations and does not put the units back.',
    convictedBy: ['books-balance', 'effects-once'],
  },
  {
    name: 'return-applied-twice',
    summary: 'Puts the units of a return back twice: two effects of one operation, stock that nobody brought.',
    convictedBy: ['books-balance', 'effects-once'],
    withoutKey: true,
  },
  {
    name: 'shelf-never-refreshed',
    summary: 'Writes the shelf at its start and never again.',
    convictedBy: ['shelf-truth'],
  },
  {
    name: 'sold-out-dropped',
    summary: 'Leaves whoever came too late without an answer.',
    convictedBy: ['no-lost-order'],
  },
  {
    name: 'allots-by-cumulative-sum',
    summary: 'Counts refused orders against the stock, so that a later, smaller order is refused units that are there.',
    convictedBy: ['no-undersell'],
  },
  {
    name: 'lost-tombstone',
    summary: 'Accepts a cancellation that overtook its order, forgets it, and then confirms the order.',
    convictedBy: ['books-balance', 'effects-once'],
  },
  {
    name: 'second-press-turned-down',
    summary: 'Tells a shopper who pressed twice that the order is sold out, after it was confirmed.',
    convictedBy: ['one-decision'],
  },
  {
    name: 'answers-nobody',
    summary: 'Announces a return with each cancellation, under a number that nobody submitted.',
    convictedBy: ['no-phantom-decision'],
  },
  {
    name: 'says-gone',
    summary: 'Says `gone` where it has sold out: a word that nobody who reads the log knows.',
    convictedBy: ['answer-fits'],
  },
  {
    name: 'told-under-another',
    summary: 'Tells each answer of a batch under the product of the one before.',
    convictedBy: ['answer-fits'],
  },
  {
    name: 'books-tenfold',
    summary: 'Writes ten units into its ledger for every one that an order took.',
    convictedBy: ['effects-once'],
  },
  {
    name: 'books-another',
    summary: 'Writes into its ledger that an order took its units of another product.',
    convictedBy: ['effects-once'],
  },
  {
    name: 'restock-subtracted',
    summary: 'Takes out of the stock what a restock brings.',
    convictedBy: ['books-balance', 'effects-once'],
  },
  {
    name: 'forgets-whose',
    summary: 'Keeps a ledger in which some rows name no operation.',
    convictedBy: ['effects-once'],
    effectsSql: `SELECT CASE WHEN op % 400 = 0 THEN NULL ELSE op END AS op, leg, key, delta, amount_paise, version, committed_at FROM (${effectsSql}) e`,
  },
  {
    name: 'turns-nearly-all-away',
    summary: 'Serves one order in ten and sheds the others, whatever the load.',
    convictedBy: ['shed-share'],
  },
  {
    name: 'cancels-unasked',
    summary: 'Tells some shoppers that their cancellation came first, though they made none.',
    convictedBy: ['refused-rightly'],
  },
  {
    name: 'refuses-all',
    summary: 'Refuses every cancellation and every return.',
    convictedBy: ['refused-rightly'],
  },
  {
    name: 'credits-sold-out',
    summary: 'Tells whoever returns what was sold out that it is credited.',
    convictedBy: ['credited-rightly'],
  },
  {
    name: 'takes-back',
    summary: 'Confirms an order and takes that back at once, every fortieth time.',
    convictedBy: ['promise-kept'],
  },
];

const workerFile = new URL('worker.ts', import.meta.url);

const mutantOf = ({ name, summary, convictedBy, crashAt, withoutKey, effectsSql: ownEffects }: Defect): Mutant => {
  const env = { TOOFAN_MUTANT: name };
  const worker = { count: 1, memoryLimitMiB: 320 };
  const target: Target = {
    ...sound,
    ...(ownEffects !== undefined && { effects: [{ store: 'main', sql: ownEffects }] }),
    name: `${sound.name}+${name}`,
    summary,
    prepare: async (at, world) => {
      await sound.prepare(at, world);
      if (withoutKey) await dropKey(at);
    },
    processes: (context) =>
      crashAt === undefined
        ? [workerSpec('inventory-worker', workerFile, context, { ...worker, count: 2, env })]
        : [
            workerSpec('inventory-worker', workerFile, context, { ...worker, env }),
            workerSpec('inventory-worker-doomed', workerFile, context, {
              ...worker,
              env: { ...env, TOOFAN_CRASH_AT: crashAt },
            }),
          ],
  };
  return { name, summary, convictedBy, scenario: 'mutants', target };
};

async function dropKey(at: Addresses): Promise<void> {
  const client = new Client(mainPostgres(at));
  await client.connect();
  try {
    await client.query('ALTER TABLE decided DROP CONSTRAINT decided_pkey; CREATE INDEX decided_op ON decided (op)');
  } finally {
    await client.end();
  }
}

export const mutants: readonly Mutant[] = defects.map(mutantOf);
