import { partitionOf } from '../../harness/load/drivers/kafka/partition-of.ts';
import type { TopicNeed } from '../../harness/stack/stack.ts';

/** Stamps of one clock, µs since the epoch: never the same twice, so that their order is the order in which things happened. */
export class Clock {
  #last = 0;
  next(): number {
    this.#last = Math.max(this.#last + 1, Date.now() * 1_000);
    return this.#last;
  }
}

export interface StoredRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly value: string | null;
  /** When the log took it, µs since the epoch. */
  readonly appendedAt: number;
}

const textOf = (bytes: Buffer | string | null): string | null => (bytes === null ? null : bytes.toString());

/** Topics in memory, partitioned by key as Kafka's own clients do it. */
export class SimulatedLog {
  readonly clock: Clock;
  readonly #topics: ReadonlyMap<string, readonly StoredRecord[][]>;
  readonly #waiting = new Set<() => void>();

  constructor(topics: Readonly<Record<string, TopicNeed>>, clock: Clock) {
    this.clock = clock;
    this.#topics = new Map(
      Object.entries(topics).map(([topic, { partitions }]) => [topic, Array.from({ length: partitions }, () => [])]),
    );
  }

  append(topic: string, key: Buffer | string | null, value: Buffer | string | null): StoredRecord {
    const partitions = this.partitions(topic);
    const partition = partitionOf(Buffer.from(key ?? ''), partitions.length);
    const log = partitions[partition] ?? [];
    const offset = log.length;
    const appendedAt = this.clock.next();
    const record = { topic, partition, offset, key: textOf(key), value: textOf(value), appendedAt };
    log.push(record);
    this.wake();
    return record;
  }

  partitions(topic: string): readonly StoredRecord[][] {
    const partitions = this.#topics.get(topic);
    if (partitions === undefined) throw new Error(`no topic ${topic}`);
    return partitions;
  }

  get topics(): Iterable<string> {
    return this.#topics.keys();
  }

  /** Resolves when something was appended, or somebody was woken. */
  news(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
