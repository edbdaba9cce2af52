import { setTimeout as delay } from 'node:timers/promises';
import type { Producer } from 'kafkajs';
import type { Arrived } from '../../../worker/consume.ts';
import { sendDeadLetters } from '../../../worker/dead-letters.ts';
import { readRecords } from '../../../worker/read-records.ts';
import { topics } from '../../shared/topics.ts';
import { parseRequest } from '../../shared/wire.ts';
import type { Refund } from '../../shared/wire.ts';
import { code } from '../answers.ts';
import { refundWait } from '../settings.ts';
import { settle } from '../settle.ts';
import type { SettleParts } from '../settle.ts';
import { release } from './claims.ts';
import type { claim } from './claims.ts';

export interface Parts extends SettleParts {
  readonly producer: Producer;
  readonly claim: typeof claim;
}

type Arriving = Refund & { readonly appendedAtMs: number };

/**
 * One fetch's refunds. A refund that arrives before its payment was decided, since they use different topics, is retried for a
 * while before it is declined for good; the others do not wait for it.
 */
export async function handleBatch(records: readonly Arrived[], parts: Parts, signal: AbortSignal): Promise<void> {
  parts.onStep('read');
  const { requests, letters } = readRecords(records, (topic, value) =>
    topic === topics.refunds ? parseRequest(topic, value) : 'no refund',
  );
  await sendDeadLetters(parts.producer, letters);
  let open = requests.filter((one) => one.kind === 'refund');
  // Terminates: a refund that is too old is not retried.
  while (open.length > 0) {
    const { goAhead, early } = await parts.claim(parts.ledger, open);
    const waiting = open.filter((one) => early.has(one.op) && Date.now() - one.appendedAtMs < refundWait.forMs);
    const decidable = open.filter((one) => !waiting.includes(one));
    await pay(decidable, goAhead, parts);
    open = waiting;
    if (open.length > 0) await delay(refundWait.everyMs, undefined, { signal });
  }
}

async function pay(refunds: readonly Arriving[], goAhead: ReadonlySet<number>, parts: Parts): Promise<void> {
  const asked = refunds.map((request) => {
    const { op, merchant, user, paise } = request;
    const refusal = goAhead.has(op) ? null : code.notRefundable;
    return { request, move: { op, debit: merchant, credit: user, paise, refusal } };
  });
  const answers = await settle(asked, parts);
  // A merchant who cannot pay today may be asked again tomorrow.
  await release(
    parts.ledger,
    refunds.filter(({ op }) => answers.get(op) === code.noFunds),
  );
}
