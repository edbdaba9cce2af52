import type { Producer } from 'kafkajs';
import type { Arrived } from '../../worker/consume.ts';
import { reasonFor, toldAs } from './decide.ts';
import type { Answer, Outcome } from './decide.ts';
import { sendDeadLetters } from '../../worker/dead-letters.ts';
import { sendDecisions } from '../../worker/decision-sender.ts';
import type { DecisionToSend } from '../../worker/decision-sender.ts';
import type { Ledger, LedgerHooks } from './ledger.ts';
import { readRequests } from './read-requests.ts';
import { retryTransient } from '../../worker/retry.ts';
import type { StageMetrics } from '../../worker/stage-metrics.ts';
import { topics } from './topics.ts';
import type { Request } from './wire.ts';

/** Operations per transaction: enough to share its cost, few enough not to hold rows for long. */
const maxOpsPerTransaction = 4_000;

/** The steps of a batch; a deliberately broken variant can replace each. */
export interface Pipeline {
  /** Makes the batch durable. */
  book(requests: readonly Request[], hooks: LedgerHooks): Promise<Outcome>;
  /** Tells the world; resolves once the broker holds it. */
  answer(decisions: readonly DecisionToSend[]): Promise<void>;
  /** Stock has moved, durably. */
  moved(stock: Outcome['stock']): void;
}

/** Between two steps of a batch, in this order. */
type Step = 'read' | 'locked' | 'before-commit' | 'after-commit' | 'after-decisions';

export interface HandleOptions {
  readonly pipeline: Pipeline;
  readonly producer: Producer;
  readonly stages: StageMetrics;
  readonly onAnswers: (answers: readonly Answer[]) => void;
  readonly onStep?: (step: Step) => void;
}

export const soundPipeline = (
  ledger: Ledger,
  producer: Producer,
  stages: StageMetrics,
  moved: Pipeline['moved'],
): Pipeline => ({
  book: (requests, hooks) =>
    retryTransient(() => stages.timed('decide', () => ledger.book(requests, hooks)), stages.retried('database')),
  answer: (decisions) => stages.timed('answer', () => sendDecisions(producer, topics.decisions, decisions)),
  moved,
});

/**
 * One fetch's records: read → (lock → decide → write →) commit → answers. The caller commits the offsets afterwards, so a crash
 * anywhere redelivers the records, and the books then return their stored answers.
 */
export async function handleRecords(records: readonly Arrived[], options: HandleOptions): Promise<void> {
  options.onStep?.('read');
  options.stages.arrived(records);
  const { requests, letters } = readRequests(records);
  await sendDeadLetters(options.producer, letters);
  options.stages.buried(letters.length);
  for (let from = 0; from < requests.length; from += maxOpsPerTransaction) {
    await handleRequests(requests.slice(from, from + maxOpsPerTransaction), options);
  }
}

async function handleRequests(requests: readonly Request[], options: HandleOptions): Promise<void> {
  const { pipeline, onStep } = options;
  const outcome = await pipeline.book(requests, {
    read: () => onStep?.('locked'),
    beforeCommit: () => onStep?.('before-commit'),
  });
  onStep?.('after-commit');
  pipeline.moved(outcome.stock);
  await pipeline.answer(decisionsOf(requests, outcome.answers));
  onStep?.('after-decisions');
  options.onAnswers(outcome.answers);
}

export const decisionsOf = (requests: readonly Request[], answers: readonly Answer[]): DecisionToSend[] =>
  requests.flatMap(({ op, product }, i) => {
    const answer = answers[i];
    return answer === undefined ? [] : [{ op, key: product, answer: toldAs(answer), reason: reasonFor(answer) }];
  });
