import { Connection } from '@platformatic/kafka';

import { drop, messageOf } from './ask-leaders.ts';
import type { RecordBatch } from './record-batch.ts';
import { fateOf, isStale, sendProduce } from './send-produce.ts';
import type { PartitionAnswer } from './send-produce.ts';
import type { OnSettled } from '../driver.ts';

/** One partition of an input topic and what waits to go there. */
export interface PartitionQueue {
  readonly topic: string;
  readonly partition: number;
  /** Undefined while its leader is unknown; then nothing is sent. */
  leader: BrokerLink | undefined;
  /** In order; the last is open, those before it are full. */
  readonly waiting: RecordBatch[];
  /** Whether it is in its leader's list of partitions with something to send. */
  queued: boolean;
}

/** A link's callbacks. */
export interface LinkEvents {
  readonly settled: OnSettled;
  /** The batch is finished and may be reused. */
  readonly release: (batch: RecordBatch) => void;
  /** The broker cannot be reached; nothing is sent to it until the cluster names it as a leader again. */
  readonly lost: (link: BrokerLink, why: string) => void;
  /** The broker does not lead this partition (or, just started, does not know it yet). */
  readonly moved: (queue: PartitionQueue) => void;
}

export interface LinkOptions {
  readonly requestsInFlight: number;
  readonly requestTimeoutMs: number;
}

/** Maximum size of a request; the rest waits for the next. */
const maxRequestBytes = 4 * 1024 * 1024;
const connectTimeoutMs = 2_000;

interface SentBatch {
  readonly queue: PartitionQueue;
  readonly batch: RecordBatch;
}

/**
 * The connection to one broker, with a few produce requests in flight, so that waiting records travel in larger batches. A lost
 * connection leaves what was in flight indeterminate, and it is never resent; unsent records wait for the next connection.
 */
export class BrokerLink {
  readonly host: string;
  readonly port: number;
  readonly #options: LinkOptions;
  readonly #events: LinkEvents;
  #connection: Connection | undefined;
  #connecting: Promise<void> | undefined;
  #closed = false;
  #ready: PartitionQueue[] = [];
  /** Whether more would have gone out with fewer requests in flight. */
  #held = false;
  readonly #inFlight = new Set<readonly SentBatch[]>();

  constructor(broker: { readonly host: string; readonly port: number }, options: LinkOptions, events: LinkEvents) {
    this.host = broker.host;
    this.port = broker.port;
    this.#options = options;
    this.#events = events;
  }

  /** Resolves once connected; rejects if this attempt fails. */
  connect(): Promise<void> {
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = undefined));
    return this.#connecting;
  }

  enqueue(queue: PartitionQueue): void {
    if (queue.queued) return;
    queue.queued = true;
    this.#ready.push(queue);
  }

  /** It no longer leads this partition. */
  forget(queue: PartitionQueue): void {
    queue.queued = false;
    this.#ready = this.#ready.filter((other) => other !== queue);
  }

  /** Sends what is ready; if too many requests are in flight, the rest follows their answers. */
  flush(): void {
    while (this.#ready.length > 0) {
      this.#held = this.#inFlight.size >= this.#options.requestsInFlight;
      if (this.#held) return;
      if (this.#connection?.isConnected() !== true) {
        this.#reconnect();
        return;
      }
      this.#sendRequest(this.#connection);
    }
  }

  /** Stops sending, and settles what is in flight as indeterminate. */
  async close(reason: string): Promise<void> {
    this.#closed = true;
    for (const request of this.#inFlight) this.#settleLost(request, reason);
    if (this.#connection !== undefined) await drop(this.#connection);
  }

  async #connect(): Promise<void> {
    const connection = new Connection('toofan-generator', {
      connectTimeout: connectTimeoutMs,
      requestTimeout: this.#options.requestTimeoutMs,
      // Buffered here, so that everything given to the connection was really written to its socket.
      maxInflights: this.#options.requestsInFlight,
    });
    connection.on('error', () => undefined); // told by the promise below and by the requests' callbacks
    await connection.connect(this.host, this.port);
    this.#connection = connection;
    if (this.#closed) await drop(connection);
  }

  #reconnect(): void {
    if (this.#closed || this.#connecting !== undefined) return;
    this.connect().then(
      () => this.flush(),
      (error: unknown) => this.#events.lost(this, messageOf(error)),
    );
  }

  #sendRequest(connection: Connection): void {
    const sent: SentBatch[] = [];
    const again: PartitionQueue[] = [];
    const now = Date.now();
    let bytes = 0;
    let taken = 0;
    for (const queue of this.#ready) {
      if (bytes >= maxRequestBytes) break;
      taken += 1;
      const batch = queue.waiting.shift();
      if (batch === undefined) {
        queue.queued = false;
        continue;
      }
      bytes += batch.size;
      sent.push({ queue, batch });
      queue.queued = queue.waiting.length > 0;
      if (queue.queued) again.push(queue);
    }
    this.#ready = [...this.#ready.slice(taken), ...again];
    if (sent.length === 0) return;
    this.#inFlight.add(sent);
    const records = sent.map(({ queue, batch }) => ({
      topic: queue.topic,
      partition: queue.partition,
      records: batch.seal(now),
    }));
    sendProduce(connection, records, this.#options.requestTimeoutMs, (error, answers) => {
      // Already settled if the link was closed in the meantime.
      if (!this.#inFlight.has(sent)) return;
      if (error === null) this.#settle(sent, answers);
      else this.#lose(connection, sent, error);
      if (this.#held) this.flush();
    });
  }

  #settle(sent: readonly SentBatch[], answers: readonly PartitionAnswer[]): void {
    this.#inFlight.delete(sent);
    for (const { queue, batch } of sent) {
      const answer = answers.find(({ topic, partition }) => partition === queue.partition && topic === queue.topic);
      const code = answer?.code ?? -1;
      const fate = fateOf(code);
      const why =
        fate === 'written'
          ? null
          : `the broker answered with error ${code}${answer?.message ? `: ${answer.message}` : ''}`;
      this.#events.settled(
        batch.tickets,
        fate === 'written' ? 'ok' : fate === 'failed' ? 'failed' : 'indeterminate',
        why,
      );
      this.#events.release(batch);
      if (isStale(code)) this.#events.moved(queue);
    }
  }

  /** No answer, or an unreadable one: nobody knows what was written. This connection is not reused. */
  #lose(connection: Connection, sent: readonly SentBatch[], error: Error): void {
    this.#settleLost(sent, messageOf(error));
    if (this.#connection === connection) this.#connection = undefined;
    void drop(connection);
    this.#events.lost(this, messageOf(error));
  }

  #settleLost(sent: readonly SentBatch[], reason: string): void {
    this.#inFlight.delete(sent);
    for (const { batch } of sent) {
      this.#events.settled(batch.tickets, 'indeterminate', reason);
      this.#events.release(batch);
    }
  }
}
