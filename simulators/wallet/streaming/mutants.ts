import { Client } from 'pg';
import type { Addresses } from '../../../harness/stack/stack.ts';
import type { Mutant, ProcessContext, ProcessSpec, Target } from '../../../harness/target/target.ts';
import { dependencySpec } from '../../dependencies/dependency-spec.ts';
import type { DependencySettings } from '../../dependencies/settings.ts';
import type { CrashPoint } from './crash-points.ts';
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
  /** The unique key on operations is taken away, which would otherwise stand in for the missing care. */
  readonly withoutKey?: true;
  /** On which shard an account is opened, where that is not the right one. */
  readonly placeOf?: (account: string) => number;
}

/** A bank that does some of the work and says that it failed. */
const forgetfulBank = { errorAfterShare: 0.2 } as const;

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
    withoutKey: true,
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
];

const mutantOf = (defect: Defect): Mutant => {
  const { name, summary, convictedBy, bank, placeOf, withoutKey } = defect;
  const target: Target = {
    ...sound,
    name: `${sound.name}+${name}`,
    summary,
    prepare: async (at, world) => {
      await openAccounts(at, world, placeOf);
      if (withoutKey) await Promise.all(shardNumbers.map((shard) => dropKey(at, shard)));
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

async function dropKey(at: Addresses, shard: number): Promise<void> {
  const client = new Client(at.postgres[shardName(shard)]);
  await client.connect();
  try {
    await client.query(
      'ALTER TABLE transfers DROP CONSTRAINT transfers_pkey; CREATE INDEX transfers_op ON transfers (op)',
    );
  } finally {
    await client.end();
  }
}

export const mutants: readonly Mutant[] = defects.map(mutantOf);
