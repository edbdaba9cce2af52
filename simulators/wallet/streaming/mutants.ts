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
  /** One of the two payment workers dies here, every time it gets this far; the other has its partitions meanwhile. */
  readonly crashAt?: `${CrashPoint}:${number}`;
  /** The bank's settings, if it should misbehave. */
  readonly bank?: Partial<DependencySettings>;
  /** Drops constraints from each shard's schema, which would otherwise compensate for the missing care. */
  readonly loosen?: string;
  /** The wrong shard on which an account is opened. */
  readonly placeOf?: (account: string) => number;
}

/** A bank that does some of the work and reports failure. */
const forgetfulBank = { errorAfterShare: 0.2 } as const;

const withoutKey = 'ALTER TABLE transfers DROP CONSTRAINT transfers_pkey; CREATE INDEX transfers_op ON transfers (op)';

/**
 * The first account number without a shard in the emergency sharding: such accounts end up on the first one (source 1885-1898).
 */
const shardMapEnds = 3_000_000;

const defects: readonly Defect[] = [
  {
    name: 'fresh-key-at-bank',
    summary: 'Retries a bank call of unknown outcome under a new number: the money is taken twice.',
    convictedBy: ['one-effect-per-payment'],
    bank: forgetfulBank,
  },
  {
    name: 'timeout-taken-as-failed',
    summary: "Answers declined when the bank's outcome is unknown.",
    convictedBy: ['money-conserved', 'one-effect-per-payment'],
    bank: forgetfulBank,
  },
  {
    name: 'credit-before-debit',
    summary: 'Sends credits to other shards before checking that the payers have the money.',
    convictedBy: ['money-conserved', 'one-effect-per-payment'],
  },
  {
    name: 'credit-lost-on-crash',
    summary: 'Keeps its outbox in memory; what a killed worker owed stays in transit forever.',
    convictedBy: ['money-conserved', 'one-effect-per-payment'],
    crashAt: 'after-commit:30',
  },
  {
    name: 'answer-before-ledger',
    summary: 'Answers success before asking the ledger, which then declines some.',
    convictedBy: ['one-effect-per-payment'],
  },
  {
    name: 'refund-unclaimed',
    summary: 'Refunds anything: the same payment twice, and payments never made.',
    convictedBy: ['one-effect-per-payment'],
  },
  {
    name: 'retry-pays-again',
    summary: "Treats a client's retry as a new request.",
    convictedBy: ['one-effect-per-payment'],
    loosen: withoutKey,
  },
  {
    name: 'shard-map-ends',
    summary: 'Opens accounts from 3,000,000 on the first shard, but credits them on their own.',
    convictedBy: ['money-conserved', 'ledger-equals-balance'],
    placeOf: (account) => (Number(account.slice(1)) < shardMapEnds ? shardOf(account) : 0),
  },
  {
    name: 'crisis-batch-skipped',
    summary: 'Logs a batch that fails in crisis mode and moves on: nobody in it gets an answer.',
    convictedBy: ['no-lost-payment'],
  },
  {
    name: 'review-forgotten',
    summary: 'Lets payments through in crisis mode and never queues them for review.',
    convictedBy: ['review-complete'],
  },
  {
    name: 'fraud-ignored',
    summary: 'Ignores the fraud score.',
    convictedBy: ['blocked-stays-blocked'],
  },
  {
    name: 'keeps-a-margin',
    summary: 'Declines payers who would have less than the amount left.',
    convictedBy: ['no-false-decline'],
  },
  {
    name: 'declines-nearly-all',
    summary: 'Declines nineteen of twenty for insufficient funds, whatever they have.',
    convictedBy: ['no-false-decline'],
  },
  {
    name: 'refunds-refused',
    summary: 'Answers every refund with no such payment.',
    convictedBy: ['no-false-decline'],
  },
  {
    name: 'blocks-the-dear',
    summary: 'Blocks every large payment as fraud.',
    convictedBy: ['no-false-block'],
  },
  {
    name: 'own-word',
    summary: 'Answers APPROVED instead of success: a word no reader of the log knows.',
    convictedBy: ['answer-fits'],
  },
  {
    name: 'own-mode',
    summary: 'Gives its crisis mode an unknown name and never queues its payments for review.',
    convictedBy: ['answer-fits', 'review-complete'],
  },
  {
    name: 'another-key',
    summary: "Answers one payer under another payer's key in the same batch.",
    convictedBy: ['answer-fits'],
  },
  {
    name: 'answers-anew',
    summary: 'Rejects a retry of anything it has already answered.',
    convictedBy: ['answered-once'],
  },
  {
    name: 'phantom-bonus',
    summary: 'Answers payments never submitted (a bonus).',
    convictedBy: ['no-phantom-decision'],
  },
  {
    name: 'commission',
    summary: 'Moves a hundredth less than the amount.',
    convictedBy: ['one-effect-per-payment'],
  },
  {
    name: 'effects-swapped',
    summary: 'Books the payments of a batch under one another’s numbers.',
    convictedBy: ['one-effect-per-payment'],
  },
  {
    name: 'fee-for-nobody',
    summary: 'Moves an extra paisa per batch, in a ledger row that names no operation.',
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
    summary: 'Lets everyone overdraw by a thousand rupees.',
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
