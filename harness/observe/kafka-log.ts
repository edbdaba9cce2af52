import { Admin, Consumer } from '@platformatic/kafka';
import { unavailable } from '../errors.ts';
import { innermostReason } from '../failure.ts';
import type { Addresses } from '../stack/stack.ts';
import type { LogRecord } from '../target/target.ts';
import { parseBroker } from '../stack/where-load-may-go.ts';
import { readJavaSnappy } from './java-snappy.ts';

export interface PartitionRange {
  readonly topic: string;
  readonly partition: number;
  /** First offset to read. */
  readonly start: number;
  /** First offset not to read. */
  readonly end: number;
}

const readCommitted = 1;
const attributeLogAppendTime = 1 << 3;
const attributeTransactional = 1 << 4;
const attributeControl = 1 << 5;
const fetchBytes = 4 * 1024 * 1024;
const stalledAfterMs = 30_000;

type FetchedPartition = Awaited<ReturnType<Consumer['fetch']>>['responses'][number]['partitions'][number];
type FetchedBatch = NonNullable<FetchedPartition['records']>[number];

/**
 * The broker's logs from outside: offsets, groups' committed offsets, and records read by offset, without joining any group, so
 * that observing never affects the pipeline's own consumers.
 */
export class KafkaLog implements AsyncDisposable {
  readonly #admin: Admin;
  readonly #consumer: Consumer;

  constructor(kafka: Addresses['kafka']) {
    readJavaSnappy();
    const options = {
      clientId: 'toofan-observer',
      bootstrapBrokers: kafka.brokers.map(parseBroker),
      timeout: 10_000,
      retries: 3,
    };
    this.#admin = new Admin(options);
    this.#consumer = new Consumer({ ...options, groupId: 'toofan-observer', isolationLevel: readCommitted });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#admin.close();
    // The overload with a flag is declared as void; it returns a promise.
    const closed: unknown = this.#consumer.close(true);
    await (closed as Promise<void>);
  }

  /** Offsets after the last stable record of every partition: topic → partition → offset. */
  async endOffsets(topics: readonly string[]): Promise<Map<string, number[]>> {
    const listed = await this.#consumer.listOffsets({ topics: [...topics], isolationLevel: readCommitted });
    return new Map([...listed].map(([topic, offsets]) => [topic, offsets.map(Number)]));
  }

  /** Committed offsets of one group, topic → partition → offset; null if it never committed. */
  async committed(group: string, topics: ReadonlyMap<string, number>): Promise<Map<string, (number | null)[]>> {
    const answer = await this.#admin.listConsumerGroupOffsets({ groups: [group] });
    const found = new Map<string, (number | null)[]>(
      [...topics].map(([topic, partitions]) => [topic, Array.from({ length: partitions }, () => null)]),
    );
    for (const topic of answer.find((one) => one.groupId === group)?.topics ?? []) {
      const offsets = found.get(topic.name);
      if (offsets === undefined) continue;
      for (const partition of topic.partitions) {
        const offset = Number(partition.committedOffset);
        if (partition.partitionIndex < offsets.length && offset >= 0) offsets[partition.partitionIndex] = offset;
      }
    }
    return found;
  }

  /**
   * Reads each range to its end, read_committed, in log order; rejects (69), naming the place, if a partition cannot be read or
   * returns nothing for 30 s.
   */
  async read(
    ranges: readonly PartitionRange[],
    onRecords: (records: readonly LogRecord[]) => Promise<void>,
  ): Promise<void> {
    for (const range of ranges) {
      let offset = range.start;
      let lastProgress = performance.now();
      while (offset < range.end) {
        const records: LogRecord[] = [];
        const next = await this.readSome(range, offset, 500, (record) => records.push(record)).catch(
          (error: unknown) => {
            throw unreadable(range, offset, innermostReason(error));
          },
        );
        await onRecords(records);
        if (next > offset) lastProgress = performance.now();
        else if (performance.now() - lastProgress > stalledAfterMs)
          throw unreadable(range, offset, `no record for ${stalledAfterMs / 1_000} s before its end ${range.end}`);
        offset = next;
      }
    }
  }

  /** One fetch from `offset`; passes records below `end` to `onRecord` and resolves to the next offset. */
  async readSome(
    { topic, partition, end }: Omit<PartitionRange, 'start'>,
    offset: number,
    maxWaitMs: number,
    onRecord: (record: LogRecord) => void,
  ): Promise<number> {
    const { topicId, leader } = await this.#place(topic, partition);
    const answer = await this.#consumer.fetch({
      node: leader,
      maxWaitTime: maxWaitMs,
      minBytes: 1,
      maxBytes: fetchBytes,
      isolationLevel: readCommitted,
      topics: [
        {
          topicId,
          partitions: [
            {
              partition,
              currentLeaderEpoch: -1,
              fetchOffset: BigInt(offset),
              lastFetchedEpoch: -1,
              partitionMaxBytes: fetchBytes,
            },
          ],
        },
      ],
    });
    const fetched = answer.responses[0]?.partitions[0];
    if (fetched === undefined) return offset;
    return visitCommitted(fetched, { topic, partition, from: offset, end }, onRecord);
  }

  async #place(topic: string, partition: number): Promise<{ topicId: string; leader: number }> {
    const metadata = await this.#consumer.metadata({ topics: [topic] });
    const found = metadata.topics.get(topic);
    const leader = found?.partitions[partition]?.leader;
    if (found === undefined || leader === undefined) throw new Error(`no such partition: ${topic}/${partition}`);
    return { topicId: found.id, leader };
  }
}

const unreadable = ({ topic, partition }: PartitionRange, offset: number, why: string) =>
  unavailable(
    `topic ${topic}, partition ${partition} cannot be read at offset ${offset} (${why}): the broker removed it (retention, compaction, by hand), or this client cannot read it; check the topic's settings and run again`,
  );

/** Passes on the committed records of one fetched partition; returns the next offset to fetch. */
export function visitCommitted(
  fetched: Pick<FetchedPartition, 'abortedTransactions' | 'records'>,
  at: { topic: string; partition: number; from: number; end: number },
  onRecord: (record: LogRecord) => void,
): number {
  // An abort list gives the start of each aborted transaction of a producer; its control marker ends it.
  const aborts = fetched.abortedTransactions.toSorted((a, b) => Number(a.firstOffset - b.firstOffset));
  const aborting = new Set<bigint>();
  let next = at.from;
  for (const batch of fetched.records ?? []) {
    const lastOffset = Number(batch.firstOffset) + batch.lastOffsetDelta;
    while (aborts[0] !== undefined && aborts[0].firstOffset <= BigInt(lastOffset)) {
      aborting.add(aborts[0].producerId);
      aborts.shift();
    }
    next = Math.max(next, lastOffset + 1);
    if (batch.attributes & attributeControl) {
      aborting.delete(batch.producerId);
      continue;
    }
    if (batch.attributes & attributeTransactional && aborting.has(batch.producerId)) continue;
    visitBatch(batch, at, onRecord);
  }
  return Math.min(next, Math.max(at.end, at.from));
}

function visitBatch(
  batch: FetchedBatch,
  { topic, partition, from, end }: { topic: string; partition: number; from: number; end: number },
  onRecord: (record: LogRecord) => void,
): void {
  const first = Number(batch.firstOffset);
  // With LogAppendTime the broker sets one timestamp per batch, in its maximum timestamp.
  const stampedByBroker = (batch.attributes & attributeLogAppendTime) !== 0;
  const base = Number(stampedByBroker ? batch.maxTimestamp : batch.firstTimestamp);
  for (const record of batch.records) {
    const offset = first + record.offsetDelta;
    if (offset < from || offset >= end) continue;
    onRecord({
      topic,
      partition,
      offset,
      timestampMs: stampedByBroker ? base : base + Number(record.timestampDelta),
      key: record.key === null ? null : record.key.toString(),
      value: record.value === null ? null : record.value.toString(),
    });
  }
}
