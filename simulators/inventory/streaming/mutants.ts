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
  /** Reads its ledger so that some rows have no operation. */
  readonly effectsSql?: string;
  /** Drops the unique key on operations, which would otherwise compensate for the missing care. */
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
    summary: "Commits offsets when records arrive; a killed worker's unfinished work is lost.",
    convictedBy: ['no-lost-order'],
    crashAt: 'read:20',
  },
  {
    name: 'no-dedupe',
    summary: 'Treats a double click as a new order: its units are taken twice, one decision and two effects.',
    convictedBy: ['books-balance', 'effects-once'],
    withoutKey: true,
  },
  {
    name: 'decide-before-durable',
    summary: 'Answers before the commit; a crash in between leaves confirmed orders without units.',
    convictedBy: ['books-balance', 'effects-once'],
    crashAt: 'before-commit:20',
  },
  {
    name: 'cancellation-keeps-stock',
    summary: 'Accepts cancellations but does not put the units back.',
    convictedBy: ['books-balance', 'effects-once'],
  },
  {
    name: 'return-applied-twice',
    summary: 'Puts the units of a return back twice: two effects of one operation, stock from nowhere.',
    convictedBy: ['books-balance', 'effects-once'],
    withoutKey: true,
  },
  {
    name: 'shelf-never-refreshed',
    summary: 'Writes the shelf at startup and never again.',
    convictedBy: ['shelf-truth'],
  },
  {
    name: 'sold-out-dropped',
    summary: 'Never answers orders that arrive too late.',
    convictedBy: ['no-lost-order'],
  },
  {
    name: 'allots-by-cumulative-sum',
    summary:
      'Counts refused orders against the stock, so a later, smaller order is refused although units are available.',
    convictedBy: ['no-undersell'],
  },
  {
    name: 'lost-tombstone',
    summary: 'Accepts a cancellation that overtook its order, forgets it, then confirms the order.',
    convictedBy: ['books-balance', 'effects-once'],
  },
  {
    name: 'second-press-turned-down',
    summary: 'Answers a double click with sold out after the order was confirmed.',
    convictedBy: ['one-decision'],
  },
  {
    name: 'answers-nobody',
    summary: 'Answers a return never submitted with each cancellation.',
    convictedBy: ['no-phantom-decision'],
  },
  {
    name: 'says-gone',
    summary: 'Answers `gone` instead of `sold_out`: a word no reader of the log knows.',
    convictedBy: ['answer-fits'],
  },
  {
    name: 'told-under-another',
    summary: "Writes each answer of a batch under the previous one's product.",
    convictedBy: ['answer-fits'],
  },
  {
    name: 'books-tenfold',
    summary: 'Records ten units in its ledger for every unit an order took.',
    convictedBy: ['effects-once'],
  },
  {
    name: 'books-another',
    summary: "Records an order's units in its ledger under another product.",
    convictedBy: ['effects-once'],
  },
  {
    name: 'restock-subtracted',
    summary: 'Subtracts restocked units instead of adding them.',
    convictedBy: ['books-balance', 'effects-once'],
  },
  {
    name: 'forgets-whose',
    summary: 'Keeps ledger rows that name no operation.',
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
    summary: 'Answers cancelled_first to some shoppers who cancelled nothing.',
    convictedBy: ['refused-rightly'],
  },
  {
    name: 'refuses-all',
    summary: 'Refuses every cancellation and every return.',
    convictedBy: ['refused-rightly'],
  },
  {
    name: 'credits-sold-out',
    summary: 'Credits returns of orders that were sold out.',
    convictedBy: ['credited-rightly'],
  },
  {
    name: 'takes-back',
    summary: 'Confirms every fortieth order and revokes it at once.',
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
