import type { Producer } from 'kafkajs';
import { DatabaseError } from 'pg';
import type { CrashPoint } from '../streaming/crash-points.ts';
import type { Arrived } from '../../worker/consume.ts';
import { sendDeadLetters } from '../../worker/dead-letters.ts';
import type { Outcome, Sheddable } from '../shared/decide.ts';
import { sendDecisions } from '../../worker/decision-sender.ts';
import type { DecisionToSend } from '../../worker/decision-sender.ts';
import { decisionsOf } from '../shared/handle-records.ts';
import type { Ledger } from '../shared/ledger.ts';
import { readRequests } from '../shared/read-requests.ts';
import { topics } from '../shared/topics.ts';
import { isTransient, patiently } from '../../worker/retry.ts';
import type { Request } from '../shared/wire.ts';
import type { StageMetrics } from '../../worker/stage-metrics.ts';
import type { WorkerMetrics } from '../../worker/worker-metrics.ts';
import type { Breaker } from '../../worker/breaker.ts';
import type { Recommendations } from '../shared/recommendations.ts';
import { maxOpsPerTransaction, triesForMs } from './settings.ts';
import { divide } from './shedding.ts';
import type { PipelineSwitches } from './switches.ts';

export interface Parts {
  readonly ledger: Pick<Ledger, 'book'>;
  readonly producer: Producer;
  readonly breakers: { readonly database: Breaker; readonly kafka: Breaker };
  readonly recommendations: Recommendations;
  readonly switches: { readonly now: PipelineSwitches };
  readonly metrics: WorkerMetrics;
  readonly stages: StageMetrics;
  /** Stock has moved, durably. */
  readonly moved: (stock: Outcome['stock']) => void;
  readonly onStep: (step: CrashPoint) => void;
}

/**
 * One fetch's records: too old ones are shed and the rest is served, each group in its own transaction, each answered before its
 * offsets are committed. While the books cannot be written everything waits: without them nobody knows whether an order was
 * decided before (a double click, a redelivery, a commit whose answer was lost), and even "retry" could be a second answer.
 */
export async function handleBatch(records: readonly Arrived[], parts: Parts, signal: AbortSignal): Promise<void> {
  parts.onStep('read');
  parts.stages.arrived(records);
  const { requests, letters } = readRequests(records);
  await send(parts, signal, () => sendDeadLetters(parts.producer, letters));
  parts.stages.buried(letters.length);
  for (let from = 0; from < requests.length;) {
    const size = maxOpsPerTransaction[parts.switches.now.simplified ? 'simplified' : 'normal'];
    await handleRequests(requests.slice(from, from + size), parts, signal);
    from += size;
  }
}

async function handleRequests(requests: readonly Request[], parts: Parts, signal: AbortSignal): Promise<void> {
  const { breakers, metrics, stages, switches } = parts;
  const degradedBy = howDegraded(requests, parts);
  const settle = async (some: readonly Sheddable[]): Promise<void> => {
    if (some.length === 0) return;
    const outcome = await stages.timed('decide', () => breakers.database.call(() => book(some, parts), isIllness));
    parts.moved(outcome.stock);
    const decisions = markDegraded(some, decisionsOf(some, outcome.answers), await degradedBy);
    await send(parts, signal, () =>
      stages.timed('answer', () => sendDecisions(parts.producer, topics.decisions, decisions)),
    );
    parts.onStep('after-decisions');
    metrics.answered(outcome.answers);
  };
  let left = requests;
  const attempt = async (): Promise<void> => {
    // Re-evaluated at each attempt: orders grow old while the database is away.
    const { shed, served } = divide(left, Date.now(), switches.now);
    await settle(shed);
    left = served;
    await settle(served);
  };
  await patiently(attempt, {
    forMs: triesForMs,
    passes: isTransient,
    onError: metrics.failed('database'),
    onRetry: stages.retried('database'),
    signal,
  });
}

async function book(requests: readonly Sheddable[], { ledger, onStep }: Parts): Promise<Outcome> {
  const outcome = await ledger.book(requests, {
    read: () => onStep('locked'),
    beforeCommit: () => onStep('before-commit'),
  });
  onStep('after-commit');
  return outcome;
}

/** Two workers in conflict over a row say nothing about the database's health. */
const isIllness = (error: unknown): boolean =>
  !(error instanceof DatabaseError && /^(23505|40)/.test(error.code ?? ''));

/** Sends until the broker has it; duplicates have the same content. */
const send = ({ breakers, metrics, stages }: Parts, signal: AbortSignal, work: () => Promise<void>): Promise<void> =>
  patiently(() => breakers.kafka.call(work), {
    forMs: triesForMs,
    passes: () => true,
    onError: metrics.failed('kafka'),
    onRetry: stages.retried('kafka'),
    signal,
  });

/** How these orders are served in degraded mode; null if they are not. Takes its timeout at most. */
async function howDegraded(requests: readonly Request[], { recommendations, switches }: Parts): Promise<string | null> {
  const product = mostOrdered(requests);
  if (product === null) return null;
  if (switches.now.simplified) return 'simplified pipeline: nothing recommended';
  const { cached } = switches.now.recommendationsCached
    ? recommendations.remembered(product)
    : await recommendations.of(product);
  return cached ? 'recommendations cached' : null;
}

function mostOrdered(requests: readonly Request[]): string | null {
  const orders = new Map<string, number>();
  let most: string | null = null;
  for (const { kind, product } of requests) {
    if (kind !== 'order') continue;
    const count = (orders.get(product) ?? 0) + 1;
    orders.set(product, count);
    if (most === null || count > (orders.get(most) ?? 0)) most = product;
  }
  return most;
}

const markDegraded = (
  requests: readonly Sheddable[],
  decisions: readonly DecisionToSend[],
  degradedBy: string | null,
): readonly DecisionToSend[] =>
  degradedBy === null
    ? decisions
    : decisions.map((decision, i) =>
        requests[i]?.kind === 'order' && decision.answer !== 'shed'
          ? { ...decision, mode: 'degraded', reason: decision.reason ?? degradedBy }
          : decision,
      );
