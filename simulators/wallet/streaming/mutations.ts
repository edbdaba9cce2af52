import type { Arrived } from '../../worker/consume.ts';
import type { DecisionToSend } from '../../worker/decision-sender.ts';
import { readRecords } from '../../worker/read-records.ts';
import { keyOf, parseRequest } from '../shared/wire.ts';
import { Bank } from './add-money/bank.ts';
import type { BankOptions } from './add-money/bank.ts';
import { decide } from './ledger/decide.ts';
import { owedFor, toReview } from './ledger/outbox.ts';
import type { LedgerRules } from './ledger/shard-ledger.ts';
import {
  chargeForNobody,
  creditRefundsTwice,
  creditWhoeverIsNamed,
  declineNearlyAll,
  keepMargin,
  lendToEverybody,
  swapEffects,
  takeCommission,
} from './ledger/mutated-decide.ts';
import { byBasicRule } from './payments/fraud-check.ts';
import { handleBatch } from './payments/handle-batch.ts';
import type { Parts } from './payments/handle-batch.ts';
import type { claim } from './refunds/claims.ts';

type Handle = (records: readonly Arrived[]) => Promise<void>;

/**
 * Every deliberate defect of a worker, and the only file that knows them: the workers take their parts from here. mutants.ts says
 * why each is convicted.
 */
export interface Mutation {
  readonly rules?: Partial<LedgerRules>;
  /** What happens to a fetch of payments. */
  readonly handle?: (sound: Parts) => Handle;
  readonly claim?: typeof claim;
  readonly bank?: (sound: BankOptions) => Pick<Bank, 'debit'>;
}

const mutationNames = [
  'fresh-key-at-bank',
  'timeout-taken-as-failed',
  'credit-before-debit',
  'credit-lost-on-crash',
  'answer-before-ledger',
  'refund-unclaimed',
  'retry-pays-again',
  'shard-map-ends',
  'crisis-batch-skipped',
  'review-forgotten',
  'fraud-ignored',
  'keeps-a-margin',
  'declines-nearly-all',
  'refunds-refused',
  'blocks-the-dear',
  'own-word',
  'own-mode',
  'another-key',
  'answers-anew',
  'phantom-bonus',
  'commission',
  'effects-swapped',
  'fee-for-nobody',
  'refund-credited-twice',
  'overdraft',
] as const;
export type MutationName = (typeof mutationNames)[number];

/** The mutation with that name; without a name, a sound worker. */
export function mutationNamed(name: string | undefined): Mutation {
  if (name === undefined || name === '') return {};
  const known = mutationNames.find((one) => one === name);
  if (known === undefined) throw new Error(`TOOFAN_MUTANT=${name}: unknown; known: ${mutationNames.join(', ')}`);
  return mutations[known];
}

/** Handles every fetch with some parts replaced. */
const withParts =
  (change: (sound: Parts) => Partial<Parts>) =>
  (sound: Parts): Handle => {
    const parts = { ...sound, ...change(sound) };
    return (records) => handleBatch(records, parts);
  };

/** Crisis mode whatever the load. */
const inCrisis = (): Partial<Parts> => ({ fraud: { judge: (payments) => Promise.resolve(byBasicRule(payments)) } });

const mutations: Readonly<Record<MutationName, Mutation>> = {
  'fresh-key-at-bank': { bank: (sound) => new Bank({ ...sound, asker: { ask: underFreshKeys(sound.asker) } }) },
  'timeout-taken-as-failed': {
    bank: (sound) => ({
      debit: (request, _inDoubt, signal) =>
        new Bank({ ...sound, forMs: 0 }).debit(request, new Set(), signal).catch(() => 'declined' as const),
    }),
  },
  'credit-before-debit': {
    rules: {
      owed: (shard, _succeeded, asked) =>
        owedFor(
          shard,
          asked.filter(({ refusal }) => refusal === null),
        ),
    },
  },
  'credit-lost-on-crash': { rules: { keepsOutbox: false } },
  'answer-before-ledger': { handle: answerFirst },
  'refund-unclaimed': {
    claim: (_ledger, refunds) => Promise.resolve({ goAhead: new Set(refunds.map(({ op }) => op)), early: new Set() }),
  },
  'retry-pays-again': {
    rules: { decide: (shard, moves, books) => decide(shard, moves, { ...books, decided: new Map() }) },
  },
  'shard-map-ends': {
    rules: { decide: creditWhoeverIsNamed },
    handle: withParts(() => ({ unknown: () => Promise.resolve(new Set()) })),
  },
  'crisis-batch-skipped': { handle: skipSome },
  'review-forgotten': {
    handle: withParts(inCrisis),
    rules: { owed: forgetReviews },
  },
  'fraud-ignored': {
    handle: withParts(() => ({
      fraud: { judge: () => Promise.resolve({ degraded: false, fraud: new Set<number>() }) },
    })),
  },
  'keeps-a-margin': { rules: { decide: keepMargin } },
  'declines-nearly-all': { rules: { decide: declineNearlyAll } },
  'refunds-refused': { claim: () => Promise.resolve({ goAhead: new Set(), early: new Set() }) },
  'blocks-the-dear': { handle: withParts(blockTheDear) },
  'own-word': telling((told) => told.map((one) => (one.answer === 'success' ? { ...one, answer: 'APPROVED' } : one))),
  'own-mode': {
    rules: { owed: forgetReviews },
    handle: withParts((sound) => ({
      ...inCrisis(),
      tell: (told) => sound.tell(told.map((one) => (one.mode === 'degraded' ? { ...one, mode: 'crisis' } : one))),
    })),
  },
  'another-key': telling((told) =>
    told.map((one, i) => ({ ...one, key: told[(i + 1) % told.length]?.key ?? one.key })),
  ),
  'answers-anew': telling(rejectWhatComesAgain()),
  'phantom-bonus': telling((told) => [...told, ...told.map((one) => ({ ...one, op: one.op + bonusFrom }))]),
  commission: { rules: { decide: takeCommission } },
  'effects-swapped': { rules: { decide: swapEffects } },
  'fee-for-nobody': { rules: { decide: chargeForNobody } },
  'refund-credited-twice': { rules: { decide: creditRefundsTwice } },
  overdraft: { rules: { decide: lendToEverybody } },
};

/** Added to an operation's number, it exceeds every operation of a drill. */
const bonusFrom = 4e12;

/** Changes answers on their way out. */
function telling(change: (told: readonly DecisionToSend[]) => readonly DecisionToSend[]): Mutation {
  return { handle: withParts((sound) => ({ tell: (told) => sound.tell(change(told)) })) };
}

function rejectWhatComesAgain(): (told: readonly DecisionToSend[]) => readonly DecisionToSend[] {
  const before = new Set<number>();
  return (told) =>
    told.map((one) => {
      if (before.has(one.op)) return { ...one, answer: 'rejected', reason: 'seen before' };
      before.add(one.op);
      return one;
    });
}

const dearPaise = 2_000_00;

function blockTheDear({ fraud }: Parts): Partial<Parts> {
  return {
    fraud: {
      async judge(payments) {
        const judged = await fraud.judge(payments);
        const dear = payments.filter(({ paise }) => paise >= dearPaise).map(({ op }) => op);
        return { ...judged, fraud: judged.fraud.union(new Set(dear)) };
      },
    },
  };
}

function forgetReviews(...[shard, succeeded]: Parameters<typeof owedFor>): ReturnType<typeof owedFor> {
  return owedFor(shard, succeeded).filter(({ recipient }) => recipient !== toReview);
}

/** Never asks a bank about the outcome of a debit: it sends another one, under a new number. */
function underFreshKeys(asker: BankOptions['asker']): BankOptions['asker']['ask'] {
  const attempts = new Map<string, number>();
  return (path, body) => {
    const { id } = (body ?? {}) as { readonly id?: string };
    if (id === undefined) return Promise.resolve({ outcome: 'refused', status: 404, body: null });
    const attempt = attempts.get(id) ?? 0;
    attempts.set(id, attempt + 1);
    return asker.ask(path, { ...body, id: String(Number(id) + attempt * 2 ** 40) });
  };
}

/** Tells everybody that it is done, as most of it will be, and then tries to do it. */
function answerFirst(sound: Parts): Handle {
  const parts = { ...sound, tell: () => Promise.resolve() };
  return async (records) => {
    const { requests } = readRecords(records, parseRequest);
    const decisions = requests.map((request): DecisionToSend => {
      const answer = request.kind === 'registration' ? 'registered' : 'success';
      return { op: request.op, key: keyOf(request), answer, reason: null };
    });
    await sound.tell(decisions);
    await handleBatch(records, parts);
  };
}

const skippedEvery = 10;

/**
 * The original crisis mode: a failing batch is logged, and the next one is taken (source 2471-2478). Here some fail by
 * themselves.
 */
function skipSome(sound: Parts): Handle {
  const parts = { ...sound, ...inCrisis() };
  let batches = 0;
  return async (records) => {
    if (++batches % skippedEvery > 0) await handleBatch(records, parts);
  };
}
