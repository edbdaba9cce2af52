import { Writer } from '@platformatic/kafka';
import type { Connection, Reader } from '@platformatic/kafka';

/** One partition's batch in a produce request; at most one per partition. */
export interface PartitionRecords {
  readonly topic: string;
  readonly partition: number;
  readonly records: Buffer;
}

/** Kafka's error code (0 is none) for one partition of a produce request. */
export interface PartitionAnswer {
  readonly topic: string;
  readonly partition: number;
  readonly code: number;
  readonly message: string | null;
}

/** Produce, version 9: the oldest with compact encoding, so that every broker since 2.4 takes it. */
const produce = { key: 0, version: 9 } as const;
const allReplicas = -1;

/**
 * Writes batches with acks=all over one connection. The library's own request builder makes an object and several buffers per
 * record, and merges the partitions' errors into one; both matter here.
 */
export function sendProduce(
  connection: Connection,
  batches: readonly PartitionRecords[],
  replicationTimeoutMs: number,
  callback: (error: Error | null, answers: readonly PartitionAnswer[]) => void,
): void {
  const byTopic = Map.groupBy(batches, ({ topic }) => topic);
  const payload = (): Writer =>
    Writer.create()
      .appendString(null) // transactional id
      .appendInt16(allReplicas)
      .appendInt32(replicationTimeoutMs)
      .appendArray([...byTopic], (topics, [topic, partitions]) => {
        topics.appendString(topic).appendArray(partitions, (writer, { partition, records }) => {
          writer
            .appendInt32(partition)
            .appendUnsignedVarInt(records.length + 1)
            .append(records);
        });
      })
      .appendTaggedFields();
  connection.send<PartitionAnswer[]>(
    produce.key,
    produce.version,
    payload,
    parseAnswers,
    true,
    true,
    (error, answers) => callback(error, answers ?? []),
  );
}

function parseAnswers(_correlationId: number, _key: number, _version: number, reader: Reader): PartitionAnswer[] {
  return reader
    .readArray((topics) => {
      const topic = topics.readString();
      return topics.readArray((partitions) => {
        const partition = partitions.readInt32();
        const code = partitions.readInt16();
        partitions.skip(3 * 8); // base offset, append time, log start offset
        partitions.readArray((records) => {
          records.readInt32();
          records.readNullableString();
        });
        return { topic, partition, code, message: partitions.readNullableString() };
      });
    })
    .flat();
}

/** What an error code says about the records: `failed` only if they were rejected before anything was appended. */
export function fateOf(code: number): 'written' | 'failed' | 'unknown' {
  if (code === 0) return 'written';
  return refused.has(code) ? 'failed' : 'unknown';
}

/** Whether the code says that our view of the leaders is outdated. */
export const isStale = (code: number): boolean => code === 3 || code === 5 || code === 6;

/**
 * Corrupt message (2), too large (10), invalid topic (17), record list too large (18), not enough replicas (19; 20 is after the
 * append), invalid acks (21), topic or cluster authorization failed (29, 31), invalid timestamp (32), unsupported for message
 * format (43), invalid record (87). Excluded: "not leader" (6) and "unknown topic" (3), which a broker also answers if it lost
 * the partition while waiting for replicas of what it had appended.
 */
const refused: ReadonlySet<number> = new Set([2, 10, 17, 18, 19, 21, 29, 31, 32, 43, 87]);
