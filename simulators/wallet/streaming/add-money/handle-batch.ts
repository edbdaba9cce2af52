import type { Producer } from 'kafkajs';
import type { Arrived } from '../../../worker/consume.ts';
import { sendDeadLetters } from '../../../worker/dead-letters.ts';
import { sendDecisions } from '../../../worker/decision-sender.ts';
import type { DecisionToSend } from '../../../worker/decision-sender.ts';
import { readRecords } from '../../../worker/read-records.ts';
import type { WorkerMetrics } from '../../../worker/worker-metrics.ts';
import { topics } from '../../shared/topics.ts';
import { parseRequest } from '../../shared/wire.ts';
import type { AddMoney } from '../../shared/wire.ts';
import { code, verdictOf } from '../answers.ts';
import { shardOf } from '../ledger/accounts.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { bankAtOnce } from '../settings.ts';
import type { Bank } from './bank.ts';
import { clearUnsettled, readUnsettled } from './unsettled.ts';

export interface Parts {
  readonly ledger: Ledger;
  readonly bank: Pick<Bank, 'debit'>;
  readonly producer: Producer;
  readonly metrics: WorkerMetrics;
}

/**
 * One fetch's records: each is sent to its bank, several at once, and answered once the bank has answered and the wallet is
 * credited. The caller commits the offsets once all are answered.
 */
export async function handleBatch(records: readonly Arrived[], parts: Parts, signal: AbortSignal): Promise<void> {
  const { ledger, producer } = parts;
  const { requests, letters } = readRecords(records, parseRequest);
  await sendDeadLetters(producer, letters);
  const wanted = requests.filter((one) => one.kind === 'add_money');
  const unknown = await ledger.unknown(wanted.map(({ wallet }) => wallet));
  const byShard = Map.groupBy(wanted, ({ wallet }) => shardOf(wallet));
  const open = await Promise.all(
    Array.from(byShard, ([shard, own]) =>
      readUnsettled(
        ledger.shard(shard),
        own.map(({ op }) => op),
      ),
    ),
  );
  const inDoubt = new Set(open.flat());
  const left = wanted.values();
  const answers = new AnswersOut(parts);
  // All take from the same list: a record waiting for a slow bank does not hold up the others.
  const one = async (): Promise<void> => {
    for (const request of left) {
      signal.throwIfAborted();
      const refusal = unknown.has(request.wallet)
        ? code.noAccount
        : (await parts.bank.debit(request, inDoubt, signal)) === 'done'
          ? null
          : code.bankDeclined;
      await answers.send(await settle(request, refusal, parts));
      if (inDoubt.has(request.op)) await clearUnsettled(ledger.shard(shardOf(request.wallet)), request.op);
    }
  };
  await Promise.all(Array.from({ length: bankAtOnce }, one));
}

async function settle(request: AddMoney, refusal: number | null, { ledger }: Parts): Promise<DecisionToSend> {
  const { op, bank, wallet, paise } = request;
  const posted = await ledger.shard(shardOf(wallet)).post([{ op, debit: bank, credit: wallet, paise, refusal }]);
  return { op, key: wallet, ...verdictOf(posted.answers[0] ?? code.noAccount) };
}

/** Answers of the same turn go out in one request. */
class AnswersOut {
  readonly #parts: Pick<Parts, 'producer' | 'metrics'>;
  #waiting: DecisionToSend[] = [];
  #next: Promise<void> | undefined;

  constructor(parts: Pick<Parts, 'producer' | 'metrics'>) {
    this.#parts = parts;
  }

  /** Resolves once the broker has it. */
  send(decision: DecisionToSend): Promise<void> {
    this.#waiting.push(decision);
    return (this.#next ??= new Promise((resolve) => {
      setImmediate(resolve);
    }).then(() => this.#flush()));
  }

  async #flush(): Promise<void> {
    const decisions = this.#waiting;
    this.#waiting = [];
    this.#next = undefined;
    await sendDecisions(this.#parts.producer, topics.decisions, decisions);
    this.#parts.metrics.answered(decisions.map(({ answer }) => answer));
  }
}
