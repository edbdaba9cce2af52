import { setTimeout as delay } from 'node:timers/promises';

import { unavailable } from '../../../errors.ts';
import type { KafkaAddress } from '../../../stack/stack.ts';
import { type BrokerAddress, parseBroker } from '../../../stack/where-load-may-go.ts';
import { BrokerLink } from './broker-link.ts';
import type { PartitionQueue } from './broker-link.ts';
import type { LoadDriver, OnSettled } from '../driver.ts';
import { askLeaders, messageOf } from './ask-leaders.ts';
import { partitionOf } from './partition-of.ts';
import { RecordBatch } from './record-batch.ts';

/** A batch is full at this size; brokers take 1 MiB by default. */
const maxBatchBytes = 512 * 1024;
const requestsInFlight = 5;
/**
 * Minimum interval between requests, every second tick of the sender: each write wakes the broker, which costs both sides more
 * than the records do. Kafka's own client lingers for 5 ms.
 */
const lingerMs = 3;
/** A request without an answer for this long is indeterminate. */
const requestTimeoutMs = 10_000;
/** An operation that could not be sent to a broker for this long has failed; Kafka's own client gives up after 120 s. */
const deliveryTimeoutMs = 10_000;
/** Interval between metadata requests while leaders are in doubt. */
const refreshMs = 100;
/** How long new topics may be without a leader. */
const leadersWithinMs = 5_000;
/** Number of used batches kept for reuse, and the largest worth keeping. */
const sparesAtMost = 512;
const spareBytes = 64 * 1024;
/** Number of keys whose bytes and hash are cached. */
const knownKeysAtMost = 100_000;
const expiryEveryMs = 100;

/**
 * Produces to Kafka with acks=all over `@platformatic/kafka`'s connections. No retries: a record is sent at most once, so none is
 * duplicated, and an outcome never claims more than is known. See docs/decisions on the client. Throws a UserError (69) if no
 * broker answers or a topic is missing, 65 if a broker redirects to a host that is not allowed.
 */
export async function connectKafka(
  address: KafkaAddress,
  topics: readonly string[],
  onSettled: OnSettled,
  allowedHosts: readonly string[] = [],
): Promise<LoadDriver> {
  const driver = new KafkaDriver(address, topics, onSettled, allowedHosts);
  await driver.connect();
  return driver;
}

class KafkaDriver implements LoadDriver {
  readonly #brokers: readonly BrokerAddress[];
  readonly #topics: readonly string[];
  readonly #onSettled: OnSettled;
  readonly #allowedHosts: readonly string[];
  readonly #links = new Map<string, BrokerLink>();
  readonly #queues = new Map<string, PartitionQueue[]>();
  readonly #keys = new Map<string, Buffer>();
  readonly #spare: RecordBatch[] = [];
  #refresh: NodeJS.Timeout | undefined;
  /** Why a broker was last lost. */
  #lastLoss: string | undefined;
  #nextExpiry = 0;
  #nextFlush = 0;
  #closed = false;

  constructor(address: KafkaAddress, topics: readonly string[], onSettled: OnSettled, allowedHosts: readonly string[]) {
    this.#brokers = address.brokers.map(parseBroker);
    this.#topics = topics;
    this.#onSettled = onSettled;
    this.#allowedHosts = allowedHosts;
  }

  async connect(): Promise<void> {
    const giveUpAt = performance.now() + leadersWithinMs;
    for (let leaderless = await this.#readLeaders(); leaderless.length > 0; leaderless = await this.#readLeaders()) {
      if (performance.now() > giveUpAt) {
        throw unavailable(
          `Kafka has no leader for ${leaderless.join(', ')}; check that the topics exist and the broker’s log`,
        );
      }
      await delay(refreshMs);
    }
    await Promise.all([...this.#links.values()].map((link) => link.connect()));
  }

  send(record: { topic: string; key: string; value: string }, ticket: number): void {
    const queues = this.#queues.get(record.topic);
    if (queues === undefined)
      throw new Error(`the target encodes to topic ${record.topic}, which is not among its inputs`);
    const key = this.#keyBytes(record.key);
    const queue = queues[partitionOf(key, queues.length)];
    if (queue === undefined) throw new Error(`topic ${record.topic} has no partitions`);
    let batch = queue.waiting.at(-1);
    if (batch === undefined || batch.size >= maxBatchBytes) {
      batch = this.#spare.pop() ?? new RecordBatch();
      batch.openedAt = performance.now();
      queue.waiting.push(batch);
      queue.leader?.enqueue(queue);
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
    for (const { waiting, leader } of [...this.#queues.values()].flat()) {
      const why = leader === undefined && this.#lastLoss !== undefined ? `${reason}: ${this.#lastLoss}` : reason;
      for (let oldest = waiting[0]; oldest !== undefined && oldest.openedAt <= openedBefore; oldest = waiting[0]) {
        waiting.shift();
        this.#onSettled(oldest.tickets, 'failed', why);
        this.#release(oldest);
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

  /** Requests the leaders again, soon and not too often, until an answer comes. */
  #refreshSoon(): void {
    if (this.#closed || this.#refresh !== undefined) return;
    this.#refresh = setTimeout(() => void this.#refreshNow(), refreshMs);
  }

  async #refreshNow(): Promise<void> {
    const leaderless = await this.#readLeaders().catch((error: unknown) => [messageOf(error)]);
    this.#refresh = undefined;
    if (leaderless.length > 0) this.#refreshSoon();
  }

  /** Assigns each partition its leader; resolves to partitions without one, and to missing topics. */
  async #readLeaders(): Promise<string[]> {
    const known = [...this.#links.values()].map(({ host, port }) => ({ host, port }));
    const leaders = await askLeaders([...this.#brokers, ...known], this.#topics, this.#allowedHosts);
    const leaderless: string[] = [];
    for (const [topic, partitions] of leaders) {
      const queues = this.#queues.get(topic) ?? [];
      this.#queues.set(topic, queues);
      partitions.forEach((leader, partition) => {
        queues[partition] ??= { topic, partition, leader: undefined, waiting: [], queued: false };
        this.#lead(queues[partition], leader === null ? undefined : this.#link(leader));
        if (leader === null) leaderless.push(`${topic}/${partition}`);
      });
      if (partitions.length === 0) leaderless.push(topic);
    }
    return leaderless;
  }

  #lead(queue: PartitionQueue, leader: BrokerLink | undefined): void {
    if (queue.leader === leader || this.#closed) return;
    queue.leader?.forget(queue);
    queue.leader = leader;
    if (queue.waiting.length > 0) leader?.enqueue(queue);
  }

  #lost(link: BrokerLink, why: string): void {
    this.#lastLoss = why;
    for (const queue of [...this.#queues.values()].flat()) if (queue.leader === link) this.#lead(queue, undefined);
    this.#refreshSoon();
  }

  #link(broker: BrokerAddress): BrokerLink {
    const name = `${broker.host}:${broker.port}`;
    const known = this.#links.get(name);
    if (known !== undefined) return known;
    const link = new BrokerLink(
      broker,
      { requestsInFlight, requestTimeoutMs },
      {
        settled: this.#onSettled,
        release: (batch) => this.#release(batch),
        lost: (lost, why) => this.#lost(lost, why),
        moved: (queue) => {
          this.#lead(queue, undefined);
          this.#refreshSoon();
        },
      },
    );
    this.#links.set(name, link);
    return link;
  }
}
