import { Producer, ProduceAcks, stringSerializers } from '@platformatic/kafka';
import { badInput } from '../errors.ts';
import { KafkaLog } from '../observe/kafka-log.ts';
import type { FaultContext } from './fault.ts';
import { parseBroker } from '../stack/where-load-may-go.ts';

export interface RecordToWrite {
  readonly partition?: number;
  readonly key: string;
  readonly value: string;
}

const answersWithinMs = 10_000;

/** Writes records with acks=all, in order within each partition, and resolves to how far the topic's ends moved. */
export async function writeToTopic(
  fault: string,
  { stack, target }: Pick<FaultContext, 'stack' | 'target'>,
  topic: string,
  records: readonly RecordToWrite[],
): Promise<number> {
  if (target.needs.topics[topic]?.role !== 'input')
    throw badInput(`${fault}: ${target.name} reads no topic '${topic}'`);
  const producer = new Producer({
    clientId: 'toofan-fault',
    bootstrapBrokers: stack.direct.kafka.brokers.map(parseBroker),
    serializers: stringSerializers,
    timeout: answersWithinMs,
    retries: 3,
  });
  await using log = new KafkaLog(stack.direct.kafka);
  const sum = async () => ((await log.endOffsets([topic])).get(topic) ?? []).reduce((total, end) => total + end, 0);
  try {
    const before = await sum();
    await producer.send({ acks: ProduceAcks.ALL, messages: records.map((record) => ({ topic, ...record })) });
    return (await sum()) - before;
  } finally {
    await producer.close();
  }
}
