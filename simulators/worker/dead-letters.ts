import type { Producer } from 'kafkajs';
import type { Arrived } from './consume.ts';

/** The default dead-letter topic. */
export const deadLetterTopic = 'dead-letters';

export interface DeadLetter {
  readonly record: Arrived;
  readonly reason: string;
}

/** Puts unreadable records aside unchanged, with their origin and the reason; resolves once the broker has them. */
export async function sendDeadLetters(
  producer: Producer,
  letters: readonly DeadLetter[],
  topic: string = deadLetterTopic,
): Promise<void> {
  if (letters.length === 0) return;
  const messages = letters.map(({ record, reason }) => ({
    key: record.key,
    value: record.value,
    headers: { topic: record.topic, partition: String(record.partition), offset: record.offset, reason },
  }));
  await producer.send({ topic, acks: -1, messages });
}
