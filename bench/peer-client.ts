/**
 * What a produce request costs with each client at the generator's own batches: `node bench/generator-clients.ts`.
 * The same records, paced at 15,000/s in 4 ms ticks (the driver's own rhythm), acks=all, no retries; each client in a process of its own, in turns
 * on one broker. The reason for docs/decisions/2026-11-24-generator-client.md.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { ProduceAcks, Producer } from '@platformatic/kafka';
import { Kafka, logLevel } from 'kafkajs';

import { loadRegistry } from '../harness/catalogue.ts';
import { connectKafka } from '../harness/load/drivers/kafka/connect-kafka.ts';
import { partitionOf } from '../harness/load/drivers/kafka/partition-of.ts';
import { planLoad } from '../harness/load/load-plan.ts';
import { steady } from '../harness/scenario/scenario.ts';
import { startSession } from '../harness/session/start-session.ts';
import { startStack } from '../harness/stack/start-stack.ts';
import type { InputRecord, Target } from '../harness/target/target.ts';

const perSecond = 15_000;
const seconds = 15;
const tickMs = 4;
/** After a stall; neither client splits what is too large for a broker. */
const recordsPerTick = 1_000;
const turns = 3;
const clients = ['kafkajs', '@platformatic/kafka producer', 'own batches'] as const;
type Client = (typeof clients)[number];

const registry = await loadRegistry(import.meta.dirname);
const target: Target | undefined = registry.targets.get('inventory/streaming');
const domain = registry.domains.get('inventory');
const bigBillionDay = registry.scenarios.get('big-billion-day');
if (target === undefined || domain === undefined || bigBillionDay === undefined) throw new Error('incomplete registry');
const scenario = { ...bigBillionDay, load: [steady({ perSecond, for: `${seconds}s` })] };

/** Sends one tick's records and resolves once all are acknowledged. */
type SendTick = (records: readonly InputRecord[]) => Promise<unknown>;

async function connect(client: Client, broker: string, topics: readonly string[]): Promise<SendTick> {
  if (client === 'kafkajs') {
    const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
    const producer = kafka.producer({ maxInFlightRequests: 5 });
    await producer.connect();
    return (records) =>
      producer.sendBatch({
        acks: -1,
        topicMessages: [...Map.groupBy(records, ({ topic }) => topic)].map(([topic, messages]) => ({
          topic,
          messages,
        })),
      });
  }
  if (client === '@platformatic/kafka producer') {
    const producer = new Producer({
      clientId: 'bench',
      bootstrapBrokers: [broker],
      retries: 0,
      strict: false,
      // It normalises to the topic's partitions by itself; its own hash works on BigInt.
      partitioner: (_message, key) => (key === undefined ? 0 : partitionOf(key, 2 ** 31)),
    });
    return (records) =>
      producer.send({
        acks: ProduceAcks.ALL,
        messages: records.map(({ topic, key, value }) => ({ topic, key: Buffer.from(key), value: Buffer.from(value) })),
      });
  }
  let settled: (() => void) | undefined;
  let open = 0;
  const driver = await connectKafka({ brokers: [broker] }, topics, (tickets) => {
    open -= tickets.length;
    if (open === 0) settled?.();
  });
  return (records) => {
    open += records.length;
    for (const record of records) driver.send(record, 0);
    driver.flush();
    return new Promise<void>((resolve) => (settled = resolve));
  };
}

async function measure(client: Client, broker: string, topics: readonly string[]): Promise<void> {
  if (target === undefined || domain === undefined) return;
  const send = await connect(client, broker, topics);
  const { world } = planLoad(scenario, domain, 1, 1);
  const recordOf = (arrival: number) => target.encode(world.operation(arrival * domain.slotsPerArrival), 1);
  const latencies: number[] = [];
  const pending = new Set<Promise<unknown>>();
  const begun = performance.now();
  const cpuBefore = process.cpuUsage();
  let sent = 0;
  const total = perSecond * seconds;
  while (sent < total) {
    await new Promise((resolve) => setTimeout(resolve, tickMs));
    const due = Math.min(total, sent + recordsPerTick, Math.floor(((performance.now() - begun) / 1_000) * perSecond));
    if (due === sent) continue;
    const records = Array.from({ length: due - sent }, (_, i) => recordOf(sent + i));
    sent = due;
    const sentAt = performance.now();
    const acknowledged = send(records).then(() => void latencies.push(performance.now() - sentAt));
    pending.add(acknowledged);
    void acknowledged.finally(() => pending.delete(acknowledged));
  }
  // The driver's last tick may linger; a tick whose answers came with another's is not counted.
  await Promise.race([Promise.all(pending), new Promise((resolve) => setTimeout(resolve, 1_000))]);
  const cpu = process.cpuUsage(cpuBefore);
  const sorted = latencies.toSorted((a, b) => a - b);
  const micros = (cpu.user + cpu.system) / sent;
  process.stdout.write(JSON.stringify({ micros, p99: sorted[Math.floor(sorted.length * 0.99)] }));
  process.exit(); // a client's sockets would hold it
}

async function compare(): Promise<void> {
  if (target === undefined) return;
  const needs = { topics: target.needs.topics, postgres: {}, redis: false };
  const topics = Object.keys(needs.topics);
  await using session = await startSession();
  await using stack = await startStack('local', needs, { session, config: {}, progress: () => undefined });
  const [broker] = stack.direct.kafka.brokers;
  const figures = new Map<Client, { micros: number; p99: number }[]>(clients.map((client) => [client, []]));
  for (let turn = 0; turn < turns; turn++) {
    for (const client of clients) {
      const args = [fileURLToPath(import.meta.url), client, broker ?? '', ...topics];
      const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 120_000 });
      if (stdout === '') throw new Error(`${client} gave no figure:\n${stderr}`);
      figures.get(client)?.push(JSON.parse(stdout) as { micros: number; p99: number });
    }
  }
  process.stdout.write(`| client | CPU a record, µs (${turns} turns) | acknowledged within p99, ms |\n|---|---|---|\n`);
  for (const [client, values] of figures) {
    const list = (member: 'micros' | 'p99') => values.map((value) => value[member].toFixed(1)).join(', ');
    process.stdout.write(`| ${client} | ${list('micros')} | ${list('p99')} |\n`);
  }
}

const [client, broker, ...topics] = process.argv.slice(2);
const known = clients.find((name) => name === client);
await (known === undefined || broker === undefined ? compare() : measure(known, broker, topics));
