import type { Producer } from 'kafkajs';
import type { Arrived } from '../shared/consume.ts';
import type { Answer, Outcome } from '../shared/decide.ts';
import { reasonFor } from '../shared/decide.ts';
import { sendDeadLetters } from '../shared/dead-letters.ts';
import type { DeadLetter } from '../shared/dead-letters.ts';
import { sendDecisions } from '../shared/decision-sender.ts';
import type { DecisionToSend } from '../shared/decision-sender.ts';
import type { Ledger, LedgerHooks } from '../shared/ledger.ts';
import type { ShelfEntry } from '../shared/shelf.ts';
import { parseRequest } from '../shared/wire.ts';
import type { Request } from '../shared/wire.ts';
import { retryTransient } from './retry.ts';
import { maxOpsPerTransaction } from './settings.ts';
import type { CrashPoint } from './crash-points.ts';

/** What a batch passes through; each step can be exchanged by a variant that is broken on purpose. */
export interface Pipeline {
  /** Makes the batch durable. */
  book(requests: readonly Request[], hooks: LedgerHooks): Promise<Outcome>;
  /** Tells the world; resolves once the broker holds it. */
  answer(decisions: readonly DecisionToSend[]): Promise<void>;
  shelve(entries: Iterable<ShelfEntry>): void;
}

export interface HandleOptions {
  readonly pipeline: Pipeline;
  readonly producer: Producer;
  readonly crash: (point: CrashPoint) => void;
  readonly decided: (answers: readonly Answer[]) => void;
}

export const soundPipeline = (
  ledger: Ledger,
  producer: Producer,
  shelve: (entries: Iterable<ShelfEntry>) => void,
): Pipeline => ({
  book: (requests, hooks) => retryTransient(() => ledger.book(requests, hooks)),
  answer: (decisions) => sendDecisions(producer, decisions),
  shelve,
});

/**
 * One fetch's records: read → (lock → decide → write →) commit → answers → shelf. The caller commits the offsets
 * afterwards, so a crash anywhere brings the records again, and the books then give their stored answers.
 */
export async function handleRecords(records: readonly Arrived[], options: HandleOptions): Promise<void> {
  options.crash('read');
  const requests: Request[] = [];
  const letters: DeadLetter[] = [];
  for (const record of records) {
    const request = parseRequest(record.topic, record.value === null ? null : record.value.toString());
    if (typeof request === 'string') letters.push({ record, reason: request });
    else requests.push(request);
  }
  await sendDeadLetters(options.producer, letters);
  for (let from = 0; from < requests.length; from += maxOpsPerTransaction) {
    await handleRequests(requests.slice(from, from + maxOpsPerTransaction), options);
  }
}

async function handleRequests(requests: readonly Request[], options: HandleOptions): Promise<void> {
  const { pipeline, crash } = options;
  const outcome = await pipeline.book(requests, {
    read: () => crash('locked'),
    beforeCommit: () => crash('before-commit'),
  });
  crash('after-commit');
  pipeline.shelve(shelfEntries(outcome));
  await pipeline.answer(decisionsOf(requests, outcome.answers));
  crash('after-decisions');
  options.decided(outcome.answers);
}

function* shelfEntries(outcome: Outcome): Iterable<ShelfEntry> {
  for (const [product, { available, version }] of outcome.stock) yield { product, available, version };
}

export const decisionsOf = (requests: readonly Request[], answers: readonly Answer[]): DecisionToSend[] =>
  requests.flatMap(({ op, product }, i) => {
    const answer = answers[i];
    return answer === undefined ? [] : [{ op, product, answer, reason: reasonFor(answer) }];
  });
