/**
 * One JavaScript client as a separate process: `node bench/peer-client.ts CLIENT BROKER RECORDS PER_SECOND COUNT TOPIC`. Sends
 * the records of the file, paced in 4 ms ticks (our driver's own rhythm), acks=all, no retries. Prints one JSON object like
 * bench/franz-go.
 */
import { readFileSync } from 'node:fs';

import { ProduceAcks, Producer } from '@platformatic/kafka';
import { Kafka, logLevel } from 'kafkajs';

import { connectKafka } from '../harness/load/drivers/kafka/connect-kafka.ts';
import { partitionOf } from '../harness/load/drivers/kafka/partition-of.ts';

const tickMs = 4;
/** After a stall; neither client splits what is too large for a broker. */
const recordsPerTick = 1_000;

interface KeyedRecord {
  readonly key: string;
  readonly value: string;
}

/** Sends one tick's records and resolves once all are acknowledged. */
type SendTick = (records: readonly KeyedRecord[]) => Promise<unknown>;

const clients: Readonly<Record<string, (broker: string, topic: string) => Promise<SendTick>>> = {
  kafkajs: async (broker, topic) => {
    const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
    const producer = kafka.producer({ maxInFlightRequests: 5 });
    await producer.connect();
    return (records) =>
      producer.sendBatch({ acks: -1, topicMessages: [{ topic, messages: records.map((record) => ({ ...record })) }] });
  },
  '@platformatic/kafka': async (broker, topic) => {
    const producer = new Producer({
      clientId: 'bench',
      bootstrapBrokers: [broker],
      retries: 0,
      strict: false,
      // It normalises to the topic's partitions by itself; its own hash uses BigInt.
      partitioner: (_message, key) => (key === undefined ? 0 : partitionOf(key, 2 ** 31)),
    });
    return (records) =>
      producer.send({
        acks: ProduceAcks.ALL,
        messages: records.map(({ key, value }) => ({ topic, key: Buffer.from(key), value: Buffer.from(value) })),
      });
  },
  'our batches': async (broker, topic) => {
    let settled: (() => void) | undefined;
    let open = 0;
    const driver = await connectKafka({ brokers: [broker] }, [topic], (tickets) => {
      open -= tickets.length;
      if (open === 0) settled?.();
    });
    return (records) => {
      open += records.length;
      for (const record of records) driver.send({ topic, ...record }, 0);
      driver.flush();
      return new Promise<void>((resolve) => (settled = resolve));
    };
  },
};

const p99 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * 0.99)] ?? Number.NaN;

async function measure(send: SendTick, records: readonly KeyedRecord[], perSecond: number, count: number) {
  const latencies: number[] = [];
  const late: number[] = [];
  const pending = new Set<Promise<unknown>>();
  const acknowledge = async (some: readonly KeyedRecord[]): Promise<void> => {
    const sentAt = performance.now();
    await send(some);
    const took = performance.now() - sentAt;
    for (let i = 0; i < some.length; i++) latencies.push(took);
  };
  const begun = performance.now();
  const cpuBefore = process.cpuUsage();
  let sent = 0;
  while (sent < count) {
    await new Promise((resolve) => setTimeout(resolve, tickMs));
    const sinceStart = performance.now() - begun;
    const due = Math.min(count, sent + recordsPerTick, Math.floor((sinceStart / 1_000) * perSecond));
    if (due === sent) continue;
    const some = Array.from({ length: due - sent }, (_, i) => records[(sent + i) % records.length] as KeyedRecord);
    for (let index = sent; index < due; index++) late.push(sinceStart - (index / perSecond) * 1_000);
    sent = due;
    const acknowledged = acknowledge(some);
    pending.add(acknowledged);
    void acknowledged.finally(() => pending.delete(acknowledged));
  }
  // The driver's last tick may linger; a tick whose answers came with another's is not counted.
  await Promise.race([Promise.all(pending), new Promise((resolve) => setTimeout(resolve, 1_000))]);
  const cpu = process.cpuUsage(cpuBefore);
  const seconds = (performance.now() - begun) / 1_000;
  return {
    cpuMicros: (cpu.user + cpu.system) / count,
    lateP99Ms: p99(late),
    ackP99Ms: p99(latencies),
    perSecond: count / seconds,
  };
}

const [client = '', broker = '', path = '', perSecond, count, topic = ''] = process.argv.slice(2);
const connect = clients[client];
if (connect === undefined) throw new Error(`no client ${client}; there are ${Object.keys(clients).join(', ')}`);
const records = readFileSync(path, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): KeyedRecord => {
    const [key = '', value = ''] = line.split('\t');
    return { key, value };
  });
const figures = await measure(await connect(broker, topic), records, Number(perSecond), Number(count));
process.stdout.write(JSON.stringify(figures));
process.exit(); // a client's sockets would hold it
