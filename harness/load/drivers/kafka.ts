import { metadataV12, Connection } from '@platformatic/kafka';

import { unavailable } from '../../errors.ts';
import type { KafkaAddress } from '../../stack/stack.ts';
import { BrokerLink, messageOf } from './broker-link.ts';
import type { PartitionQueue } from './broker-link.ts';
import type { LoadDriver, OnSettled } from './driver.ts';
import { partitionOf } from './partitioner.ts';
import { RecordBatch } from './record-batch.ts';

/** A batch is full at this size; brokers take 1 MiB unless told otherwise. */
const maxBatchBytes = 512 * 1024;
const requestsInFlight = 5;
/**
 * Requests go out no closer than this, which is every second tick of the sender: a write wakes the broker, and that costs
 * both of them more than the records do. Kafka's own client lingers for 5 ms.
 */
const lingerMs = 3;
/** A request without an answer for so long is indeterminate. */
const requestTimeoutMs = 10_000;
/** What could not be handed to a broker for so long has failed; Kafka's own client would say the same after 120 s. */
const deliveryTimeoutMs = 10_000;
const reconnectMs = 100;
const refreshMs = 200;
const metadataTimeoutMs = 2_000;
/** Used batches kept for the next use, and the largest that is worth keeping. */
const sparesAtMost = 512;
const spareBytes = 64 * 1024;
/** Keys whose bytes and hash are remembered. */
const knownKeysAtMost = 100_000;
const expiryEveryMs = 100;

/**
 * Produces to Kafka with acks=all over `@platformatic/kafka`'s connections. No retries: a record goes out at most once,
 * so none can be doubled, and an outcome is never better than what is known. See docs/decisions on the client.
 * Throws a UserError (69) where no broker answers or a topic is missing.
 */
export async function connectKafka(
  address: KafkaAddress,
  topics: readonly string[],
  onSettled: OnSettled,
): Promise<LoadDriver> {
  const driver = new KafkaDriver(address, topics, onSettled);
  await driver.connect();
  return driver;
}

class KafkaDriver implements LoadDriver {
  readonly #brokers: readonly { readonly host: string; readonly port: number }[];
  readonly #topics: readonly string[];
  readonly #onSettled: OnSettled;
  readonly #links = new Map<string, BrokerLink>();
  readonly #queues = new Map<string, PartitionQueue[]>();
  readonly #keys = new Map<string, Buffer>();
  readonly #spare: RecordBatch[] = [];
  #refresh: NodeJS.Timeout | undefined;
  #nextExpiry = 0;
  #nextFlush = 0;
  #closed = false;

  constructor(address: KafkaAddress, topics: readonly string[], onSettled: OnSettled) {
    this.#brokers = address.brokers.map(parseBroker);
    this.#topics = topics;
    this.#onSettled = onSettled;
  }

  async connect(): Promise<void> {
    await this.#readMetadata();
    await Promise.all([...this.#links.values()].map((link) => link.connect()));
  }

  send(record: { topic: string; key: string; value: string }, ticket: number): void {
    const queues = this.#queues.get(record.topic);
    if (queues === undefined)
      throw new Error(`the target encodes to topic ${record.topic}, which it does not name as input`);
    const key = this.#keyBytes(record.key);
    const queue = queues[partitionOf(key, queues.length)];
    if (queue === undefined) throw new Error(`topic ${record.topic} has no partitions`);
    let batch = queue.waiting.at(-1);
    if (batch === undefined || batch.size >= maxBatchBytes) {
      batch = this.#spare.pop() ?? new RecordBatch();
      batch.openedAt = performance.now();
      queue.waiting.push(batch);
      queue.leader.enqueue(queue);
    }
    batch.append(key, record.value, ticket);
  }

  flush(): void {
    const now = performance.now();
    if (now >= this.#nextFlush) {
      this.#nextFlush = now + lingerMs;
      for (const link of this.#links.values()) link.flush();
    }
    if (now < this.#nextExpiry) return;
    this.#nextExpiry = now + expiryEveryMs;
    this.#failWaiting(now - deliveryTimeoutMs, `not delivered within ${deliveryTimeoutMs / 1_000} s`);
  }

  abandon(reason: string): void {
    this.#failWaiting(Number.POSITIVE_INFINITY, reason);
    this.#close(reason).catch(() => undefined); // settles at once; only the sockets take longer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close('the generator was closed');
  }

  async #close(reason: string): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#refresh);
    await Promise.all([...this.#links.values()].map((link) => link.close(reason)));
  }

  #failWaiting(openedBefore: number, reason: string): void {
    for (const queues of this.#queues.values()) {
      for (const { waiting, leader } of queues) {
        for (let oldest = waiting[0]; oldest !== undefined && oldest.openedAt <= openedBefore; oldest = waiting[0]) {
          waiting.shift();
          this.#onSettled(
            oldest.tickets,
            'failed',
            leader.lastError === null ? reason : `${reason}: ${leader.lastError}`,
          );
          this.#release(oldest);
        }
      }
    }
  }

  #keyBytes(key: string): Buffer {
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    if (this.#keys.size >= knownKeysAtMost) this.#keys.clear();
    const bytes = Buffer.from(key);
    this.#keys.set(key, bytes);
    return bytes;
  }

  #release(batch: RecordBatch): void {
    const worthKeeping = batch.size <= spareBytes && this.#spare.length < sparesAtMost;
    batch.reset();
    if (worthKeeping) this.#spare.push(batch);
  }

  /** Who leads what may have changed: asks again, soon and not too often. */
  #refreshSoon(): void {
    if (this.#closed || this.#refresh !== undefined) return;
    this.#refresh = setTimeout(() => {
      this.#readMetadata().then(
        () => (this.#refresh = undefined),
        () => {
          this.#refresh = undefined;
          this.#refreshSoon();
        },
      );
    }, refreshMs);
  }

  async #readMetadata(): Promise<void> {
    const known = [...this.#links.values()].map(({ host, port }) => ({ host, port }));
    const metadata = await askAny([...this.#brokers, ...known], this.#topics);
    if (this.#closed) return;
    const leaders = new Map(metadata.brokers.map((broker) => [broker.nodeId, this.#link(broker)]));
    for (const { name, partitions } of metadata.topics) {
      if (typeof name !== 'string') continue;
      const queues = this.#queues.get(name) ?? [];
      this.#queues.set(name, queues);
      for (const { partitionIndex, leaderId } of partitions) {
        const leader = leaders.get(leaderId);
        if (leader !== undefined) this.#lead(queues, name, partitionIndex, leader);
      }
    }
  }

  #lead(queues: PartitionQueue[], topic: string, partition: number, leader: BrokerLink): void {
    const queue = queues[partition];
    if (queue === undefined) {
      queues[partition] = { topic, partition, leader, waiting: [], queued: false };
    } else if (queue.leader !== leader) {
      queue.leader = leader;
      queue.queued = false;
      if (queue.waiting.length > 0) leader.enqueue(queue);
    }
  }

  #link(broker: { readonly host: string; readonly port: number }): BrokerLink {
    const name = `${broker.host}:${broker.port}`;
    const known = this.#links.get(name);
    if (known !== undefined) return known;
    const link = new BrokerLink(
      broker,
      { requestsInFlight, requestTimeoutMs, reconnectMs },
      { settled: this.#onSettled, release: (batch) => this.#release(batch), stale: () => this.#refreshSoon() },
    );
    this.#links.set(name, link);
    return link;
  }
}

function parseBroker(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(address.slice(colon + 1)) };
}

/** The topics' metadata from the first broker that answers. */
async function askAny(
  brokers: readonly { readonly host: string; readonly port: number }[],
  topics: readonly string[],
): Promise<Awaited<ReturnType<typeof metadataV12.api.async>>> {
  const failures: string[] = [];
  for (const { host, port } of brokers) {
    const connection = new Connection('toofan-generator', {
      connectTimeout: metadataTimeoutMs,
      requestTimeout: metadataTimeoutMs,
    });
    connection.on('error', () => undefined); // told by the promise below
    try {
      await connection.connect(host, port);
      return await metadataV12.api.async(connection, [...topics], false, false);
    } catch (error) {
      failures.push(`${host}:${port}: ${messageOf(error)}`);
    } finally {
      await connection.close().catch(() => undefined);
    }
  }
  throw unavailable(
    `No Kafka broker gives the metadata of ${topics.join(', ')}:\n${failures.join('\n')}\n` +
      'Check that the stack is up and that the topics were made (a drill makes them before the load starts).',
  );
}
