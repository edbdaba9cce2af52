import type { Producer } from 'kafkajs';
import type { Arrived } from './consume.ts';

/** Where a pipeline puts them that has no topic of its own for them. */
export const deadLetterTopic = 'dead-letters';

export interface DeadLetter {
  readonly record: Arrived;
  readonly reason: string;
}

/** Puts aside what cannot be read, as it came, with where it came from and why; resolves once the broker holds it. */
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
