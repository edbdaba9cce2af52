import { Admin, ListOffsetTimestamps, Producer, stringSerializers } from '@platformatic/kafka';
import { Kafka, logLevel } from 'kafkajs';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import type { KafkaAddress, PostgresAddress, RedisAddress } from '../../harness/stack/stack.ts';
import { parseBroker } from '../../harness/stack/where-load-may-go.ts';

const options = ({ brokers }: KafkaAddress) => ({
  clientId: 'test',
  bootstrapBrokers: brokers.map(parseBroker),
  connectTimeout: 5_000,
  timeout: 5_000,
  retries: 2,
});

/** Appends one record with the producer's choice of timestamp, and resolves when it is acknowledged. */
export async function append(kafka: KafkaAddress, topic: string, value: string, timestampMs: number): Promise<void> {
  const producer = new Producer({ ...options(kafka), serializers: stringSerializers });
  try {
    await producer.send({ messages: [{ topic, key: 'k', value, timestamp: BigInt(timestampMs) }], acks: -1 });
  } finally {
    await producer.close();
  }
}

/**
 * Reads the first `count` records of a topic as a member of `group`, and commits. With kafkajs, because the other client returns
 * the producer's timestamp even if the broker set its own.
 */
export async function read(
  kafka: KafkaAddress,
  topic: string,
  group: string,
  count: number,
): Promise<{ value: string; timestampMs: number }[]> {
  const client = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING });
  const consumer = client.consumer({ groupId: group, sessionTimeout: 6_000 });
  const records: { value: string; timestampMs: number }[] = [];
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message }) => {
        records.push({ value: message.value?.toString() ?? '', timestampMs: Number(message.timestamp) });
        if (records.length >= count) resolve();
        return Promise.resolve();
      },
    });
    await enough;
    await consumer.stop();
  } finally {
    await consumer.disconnect();
  }
  return records;
}

export async function withAdmin<T>(kafka: KafkaAddress, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Admin(options(kafka));
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}

/** The current number of records in a topic, over all its partitions. */
export async function recordCount(kafka: KafkaAddress, topic: string, partitions: number): Promise<number> {
  const sumOf = (timestamp: bigint) =>
    withAdmin(kafka, async (admin) => {
      const asked = Array.from({ length: partitions }, (_, partitionIndex) => ({ partitionIndex, timestamp }));
      const listed = await admin.listOffsets({ topics: [{ name: topic, partitions: asked }] });
      return listed.flatMap((row) => row.partitions).reduce((sum, { offset }) => sum + Number(offset), 0);
    });
  return (await sumOf(ListOffsetTimestamps.LATEST)) - (await sumOf(ListOffsetTimestamps.EARLIEST));
}

/** One statement on a connection of its own; its rows. */
export async function sql(address: PostgresAddress, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ ...address, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

export async function withRedis<T>(address: RedisAddress, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis({
    ...address,
    lazyConnect: true,
    enableReadyCheck: false,
    maxRetriesPerRequest: 1,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  await redis.connect();
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
