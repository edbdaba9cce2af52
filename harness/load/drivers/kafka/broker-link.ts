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
  /** Undefined while nobody is known to lead it; what waits goes nowhere then. */
  leader: BrokerLink | undefined;
  /** In order; the last is open, those before it are full. */
  readonly waiting: RecordBatch[];
  /** Whether it is in its leader's list of those with something to send. */
  queued: boolean;
}

/** What a link tells its driver. */
export interface LinkEvents {
  readonly settled: OnSettled;
  /** The batch is done with and may be used again. */
  readonly release: (batch: RecordBatch) => void;
  /** The broker cannot be reached; nothing goes to it until the cluster names it as a leader again. */
  readonly lost: (link: BrokerLink, why: string) => void;
  /** The broker does not lead this partition (or, just started, does not know it yet). */
  readonly moved: (queue: PartitionQueue) => void;
}

export interface LinkOptions {
  readonly requestsInFlight: number;
  readonly requestTimeoutMs: number;
}

/** A request may carry this much; what is more waits for the next. */
const maxRequestBytes = 4 * 1024 * 1024;
const connectTimeoutMs = 2_000;

interface SentBatch {
  readonly queue: PartitionQueue;
  readonly batch: RecordBatch;
}

/**
 * The way to one broker: a few produce requests in flight on one connection, so that what waits longer travels in larger
 * batches. A lost connection leaves what was in flight indeterminate and is never repeated; what had not left waits
 * for the next connection.
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
  /** Whether more would have gone out, had fewer requests been in flight. */
  #held = false;
  readonly #inFlight = new Set<readonly SentBatch[]>();

  constructor(broker: { readonly host: string; readonly port: number }, options: LinkOptions, events: LinkEvents) {
    this.host = broker.host;
    this.port = broker.port;
    this.#options = options;
    this.#events = events;
  }

  /** Resolves once connected; rejects where this attempt fails. */
  connect(): Promise<void> {
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = undefined));
    return this.#connecting;
  }

  enqueue(queue: PartitionQueue): void {
    if (queue.queued) return;
    queue.queued = true;
    this.#ready.push(queue);
  }

  /** It leads this partition no longer. */
  forget(queue: PartitionQueue): void {
    queue.queued = false;
    this.#ready = this.#ready.filter((other) => other !== queue);
  }

  /** Sends what is ready; where too many requests are in flight, the rest goes out with their answers. */
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

  /** Nothing goes out any more, and what is in flight is settled as indeterminate. */
  async close(reason: string): Promise<void> {
    this.#closed = true;
    for (const request of this.#inFlight) this.#settleLost(request, reason);
    if (this.#connection !== undefined) await drop(this.#connection);
  }

  async #connect(): Promise<void> {
    const connection = new Connection('toofan-generator', {
      connectTimeout: connectTimeoutMs,
      requestTimeout: this.#options.requestTimeoutMs,
      // Held back here, so that whatever the connection has was really written to its socket.
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
      // Settled already where the link was closed in the meantime.
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

  /** No answer came, or none that can be read: nobody knows what was written. This connection is not used again. */
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
