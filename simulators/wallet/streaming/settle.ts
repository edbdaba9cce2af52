import type { DecisionToSend } from '../../worker/decision-sender.ts';
import type { WorkerMetrics } from '../../worker/worker-metrics.ts';
import { keyOf } from '../shared/wire.ts';
import type { Request } from '../shared/wire.ts';
import { verdictOf } from './answers.ts';
import type { Code } from './answers.ts';
import type { CrashPoint } from './crash-points.ts';
import { homeOf } from './ledger/accounts.ts';
import type { Move } from './ledger/decide.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Posted } from './ledger/shard-ledger.ts';

/** A request, and its request to the ledger. */
export interface Asked {
  readonly request: Request;
  readonly move: Move;
}

export interface SettleParts {
  readonly ledger: Ledger;
  /** Answers customers; resolves once the broker has it. */
  readonly tell: (decisions: readonly DecisionToSend[]) => Promise<void>;
  readonly metrics: WorkerMetrics;
  readonly onStep: (step: CrashPoint) => void;
}

/**
 * Debits, answers, and sends the credits to other shards; resolves to the answers by operation, once durable. Every shard
 * proceeds by itself: payers on a healthy shard do not wait for another. `also` runs with the answers. Nobody waits for a credit,
 * which the outbox holds until it has arrived.
 */
export async function settle(
  asked: readonly Asked[],
  parts: SettleParts,
  also: (asked: readonly Asked[], posted: Posted) => Promise<void> = () => Promise.resolve(),
): Promise<ReadonlyMap<number, Code>> {
  const answers = new Map<number, Code>();
  await Promise.all(
    Array.from(
      Map.groupBy(asked, ({ move }) => homeOf(move)),
      async ([shard, own]) => {
        const posted = await parts.ledger.shard(shard).post(own.map(({ move }) => move));
        parts.onStep('after-commit');
        own.forEach(({ request }, i) => {
          const stored = posted.answers[i];
          if (stored !== undefined) answers.set(request.op, stored);
        });
        void bring(shard, posted, parts);
        await Promise.all([answer(own, posted, parts), also(own, posted)]);
      },
    ),
  );
  return answers;
}

async function bring(shard: number, posted: Posted, { ledger, onStep }: SettleParts): Promise<void> {
  await ledger.settle(shard, posted);
  onStep('after-credits');
}

async function answer(asked: readonly Asked[], { answers }: Posted, parts: SettleParts): Promise<void> {
  const decisions = asked.flatMap(({ request }, i): DecisionToSend[] => {
    const stored = answers[i];
    return stored === undefined ? [] : [{ op: request.op, key: keyOf(request), ...verdictOf(stored) }];
  });
  await parts.tell(decisions);
  parts.onStep('after-decisions');
  parts.metrics.answered(decisions.map((decision) => decision.answer));
}
