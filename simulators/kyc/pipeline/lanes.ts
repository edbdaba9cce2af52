import { setTimeout as delay } from 'node:timers/promises';
import type { Producer } from 'kafkajs';
import { claimAtMost, idleMs, lanes } from './settings.ts';
import { topics } from './topics.ts';
import { encodeDecision } from './wire.ts';
import type { Answered } from './wire.ts';
import { work } from './work.ts';
import type { Parts } from './work.ts';

export interface LaneOptions {
  readonly parts: Parts;
  readonly onAnswers: (answers: readonly string[]) => void;
  readonly onError: (error: unknown) => void;
  /** Aborted when the worker is stopping: current work is finished first. */
  readonly stopping: AbortSignal;
}

const afterErrorMs = 500;

/** Works through the queue in several lanes until stopped; resolves once all lanes have ended. */
export async function workQueue(options: LaneOptions): Promise<void> {
  await Promise.all(Array.from({ length: lanes }, () => lane(options)));
}

async function lane(options: LaneOptions): Promise<void> {
  const { stopping, onError } = options;
  while (!stopping.aborted) {
    // Failed work is still in the books, and comes up again when its lease is over.
    const waitMs = await once(options).catch((error: unknown) => {
      onError(error);
      return afterErrorMs;
    });
    if (waitMs > 0) await delay(waitMs, undefined, { signal: stopping }).catch(() => {});
  }
}

/** Claims, works, settles, sends; resolves to the time to wait before the next round. */
async function once({ parts, onAnswers }: LaneOptions): Promise<number> {
  const claimed = await parts.books.claim(claimAtMost);
  if (claimed.length === 0) return idleMs;
  const untold = claimed.flatMap(({ decided }) => decided ?? []);
  const open = claimed.filter(({ decided }) => decided === null);
  const fresh = open.length === 0 ? [] : await parts.books.settle(await work(open, parts));
  const answers = [...untold, ...fresh];
  if (answers.length === 0) return 0;
  await parts.tell(answers);
  await parts.books.told(answers.map(({ op }) => op));
  onAnswers(answers.map(({ answer }) => answer));
  return 0;
}

/** Sends the answers, and the notices of reviews; resolves once the broker has them. */
export async function tell(producer: Producer, answers: readonly Answered[]): Promise<void> {
  const messages = answers.map((answered) => ({ key: answered.applicant, value: encodeDecision(answered) }));
  const reviews = answers
    .filter(({ answer }) => answer === 'review')
    .map(({ op, applicant, confidence, reason }) => ({
      key: applicant,
      value: JSON.stringify({ applicationId: String(op), confidence, reason }),
    }));
  const topicMessages = [
    { topic: topics.decisions, messages },
    ...(reviews.length > 0 ? [{ topic: topics.reviews, messages: reviews }] : []),
  ];
  await producer.sendBatch({ acks: -1, topicMessages });
}
