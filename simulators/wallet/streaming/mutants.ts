import { Client } from 'pg';
import type { Addresses, Mutant, ProcessContext, ProcessSpec, Target } from 'toofan';
import { dependencySpec } from '../../dependencies/dependency-spec.ts';
import type { CrashPoint } from './crash-points.ts';
import type { DependencySettings } from 'toofan';
import { paymentWorker } from './actions.ts';
import { shardOf } from './ledger/accounts.ts';
import { shardName, shardNumbers } from './ledger/ledger.ts';
import type { MutationName } from './mutations.ts';
import { openAccounts } from './opening.ts';
import { target as sound } from './target.ts';

interface Defect {
  readonly name: MutationName;
  readonly summary: string;
  readonly convictedBy: readonly string[];
  /** One of the two payment workers dies here, whenever it has come so far; the other has its partitions meanwhile. */
  readonly crashAt?: `${CrashPoint}:${number}`;
  /** How the bank behaves where it is not to be as well as it can be. */
  readonly bank?: Partial<DependencySettings>;
  /** Drops constraints from each shard's schema, which would otherwise stand in for the missing care. */
  readonly loosen?: string;
  /** On which shard an account is opened, where that is not the right one. */
  readonly placeOf?: (account: string) => number;
}

/** A bank that does some of the work and says that it failed. */
const forgetfulBank = { errorAfterShare: 0.2 } as const;

const withoutKey = 'ALTER TABLE transfers DROP CONSTRAINT transfers_pkey; CREATE INDEX transfers_op ON transfers (op)';

/** The first number of an account that the emergency sharding has no shard for: such accounts end up on the first one (source 1885-1898). */
const shardMapEnds = 3_000_000;

const defects: readonly Defect[] = [
  {
    name: 'fresh-key-at-bank',
    summary: 'Asks the bank again under a fresh number when it did not say what it did: the money is taken twice.',
    convictedBy: ['one-effect-per-payment'],
    bank: forgetfulBank,
  },
  {
    name: 'timeout-taken-as-failed',
    summary: 'Tells the customer that the bank has declined when it only did not say what it did.',
    convictedBy: ['money-conserved', 'one-effect-per-payment'],
    bank: forgetfulBank,
  },
  {
    name: 'credit-before-debit',
    summary: 'Sends credits to other shards before it knows whether the payers have the money.',
    convictedBy: ['money-conserved', 'one-effect-per-payment'],
  },
  {
    name: 'credit-lost-on-crash',
    summary: 'Keeps in memory what it owes to other shards; what a killed worker owed stays in transit for ever.',
    convictedBy: ['money-conserved', 'one-effect-per-payment'],
    crashAt: 'after-commit:30',
  },
  {
    name: 'answer-before-ledger',
    summary: 'Tells everybody that it is done before the ledger was asked, which then declines some.',
    convictedBy: ['one-effect-per-payment'],
  },
  {
    name: 'refund-unclaimed',
    summary: 'Refunds whatever it is asked to: the same payment twice, and payments that were never made.',
    convictedBy: ['one-effect-per-payment'],
  },
  {
    name: 'retry-pays-again',
    summary: 'Takes what an impatient client sends again for something new.',
    convictedBy: ['one-effect-per-payment'],
    loosen: withoutKey,
  },
  {
    name: 'shard-map-ends',
    summary:
      'Accounts from 3,000,000 on were opened on the first shard, and the ledger credits them where they should be.',
    convictedBy: ['money-conserved', 'ledger-equals-balance'],
    placeOf: (account) => (Number(account.slice(1)) < shardMapEnds ? shardOf(account) : 0),
  },
  {
    name: 'crisis-batch-skipped',
    summary: 'Logs a batch that fails in crisis mode and goes on with the next: nobody in it gets an answer.',
    convictedBy: ['no-lost-payment'],
  },
  {
    name: 'review-forgotten',
    summary: 'Lets payments through in crisis mode and tells nobody to look at them afterwards.',
    convictedBy: ['review-complete'],
  },
  {
    name: 'fraud-ignored',
    summary: 'Lets payments through whatever their score.',
    convictedBy: ['blocked-stays-blocked'],
  },
  {
    name: 'keeps-a-margin',
    summary: 'Declines whoever would have less than the amount left, so that nobody is ever near to nothing.',
    convictedBy: ['no-false-decline'],
  },
  {
    name: 'declines-nearly-all',
    summary: 'Declines nineteen of twenty for want of money, whatever they have.',
    convictedBy: ['no-false-decline'],
  },
  {
    name: 'refunds-refused',
    summary: 'Says of every refund that there is no such payment.',
    convictedBy: ['no-false-decline'],
  },
  {
    name: 'blocks-the-dear',
    summary: 'Takes every large payment for fraud.',
    convictedBy: ['no-false-block'],
  },
  {
    name: 'own-word',
    summary: 'Answers APPROVED where it is a success, which nobody agreed on.',
    convictedBy: ['answer-fits'],
  },
  {
    name: 'own-mode',
    summary: 'Calls its crisis mode by a name of its own, and tells nobody to look at what it lets through.',
    convictedBy: ['answer-fits', 'review-complete'],
  },
  {
    name: 'another-key',
    summary: 'Answers one payer under the key of another of the same batch.',
    convictedBy: ['answer-fits'],
  },
  {
    name: 'answers-anew',
    summary: 'Rejects whatever it has answered before, when an impatient client sends it again.',
    convictedBy: ['answered-once'],
  },
  {
    name: 'phantom-bonus',
    summary: 'Tells payers of a bonus that nobody asked for.',
    convictedBy: ['no-phantom-decision'],
  },
  {
    name: 'commission',
    summary: 'Moves a hundredth less than was paid.',
    convictedBy: ['one-effect-per-payment'],
  },
  {
    name: 'effects-swapped',
    summary: 'Books the payments of a batch under one another’s numbers.',
    convictedBy: ['one-effect-per-payment'],
  },
  {
    name: 'fee-for-nobody',
    summary: 'Moves a paisa more of a payment in each batch, in a row of the ledger that names no operation.',
    convictedBy: ['one-effect-per-payment'],
    loosen: `${withoutKey}; ALTER TABLE transfers ALTER COLUMN op DROP NOT NULL`,
  },
  {
    name: 'refund-credited-twice',
    summary: 'Credits every refund twice.',
    convictedBy: ['money-conserved', 'one-effect-per-payment'],
    loosen: withoutKey,
  },
  {
    name: 'overdraft',
    summary: 'Lets everybody pay a thousand rupees that they do not have.',
    convictedBy: ['no-negative-balance'],
    loosen: 'ALTER TABLE accounts DROP CONSTRAINT accounts_check',
  },
];

const mutantOf = (defect: Defect): Mutant => {
  const { name, summary, convictedBy, bank, placeOf, loosen } = defect;
  const target: Target = {
    ...sound,
    name: `${sound.name}+${name}`,
    summary,
    prepare: async (at, world) => {
      await openAccounts(at, world, placeOf);
      if (loosen !== undefined) await Promise.all(shardNumbers.map((shard) => changeSchema(at, shard, loosen)));
    },
    dependencies: (sound.dependencies ?? []).map((spec) =>
      spec.name === 'upi-switch' ? dependencySpec('upi-switch', bank) : spec,
    ),
    processes: (context) => processesOf(defect, context),
  };
  return { name, summary, convictedBy, scenario: 'wallet-mutants', target };
};

function processesOf({ name, crashAt }: Defect, context: ProcessContext): ProcessSpec[] {
  const specs = sound.processes(context).map((spec) => ({ ...spec, env: { ...spec.env, TOOFAN_MUTANT: name } }));
  if (crashAt === undefined) return specs;
  return specs.flatMap((spec) => {
    if (spec.name !== paymentWorker) return [spec];
    const doomed = { ...spec, name: `${spec.name}-doomed`, env: { ...spec.env, TOOFAN_CRASH_AT: crashAt } };
    return [spec, doomed].map((one) => ({ ...one, count: 1 }));
  });
}

async function changeSchema(at: Addresses, shard: number, sql: string): Promise<void> {
  const client = new Client(at.postgres[shardName(shard)]);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

export const mutants: readonly Mutant[] = defects.map(mutantOf);
