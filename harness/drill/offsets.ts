import type { OffsetRecord } from '../history/drill-record.ts';
import type { KafkaLog } from '../observe/kafka-log.ts';
import type { Target } from '../target/target.ts';

/** The end of every topic of a target, and the position of each group that reads it. */
export async function readOffsets(
  log: KafkaLog,
  target: Pick<Target, 'needs' | 'consumerGroups'>,
  starts: ReadonlyMap<string, readonly number[]>,
): Promise<OffsetRecord[]> {
  const topics = Object.keys(target.needs.topics);
  const ends = await log.endOffsets(topics);
  const partitions = new Map(topics.map((topic) => [topic, ends.get(topic)?.length ?? 0]));
  const committed = await Promise.all(
    target.consumerGroups.map(async (group) => ({ group, offsets: await log.committed(group.id, partitions) })),
  );
  return topics.flatMap((topic) =>
    (ends.get(topic) ?? []).map((end, partition) => ({
      topic,
      role: target.needs.topics[topic]?.role ?? 'internal',
      partition,
      start: starts.get(topic)?.[partition] ?? 0,
      end,
      committed: Object.fromEntries(
        committed
          .filter(({ group }) => group.topics.includes(topic))
          .map(({ group, offsets }) => [group.id, offsets.get(topic)?.[partition] ?? null]),
      ),
    })),
  );
}

/** Whether every group has committed the end of every partition it reads; an empty partition needs no commit. */
export const isDrained = (offsets: readonly OffsetRecord[]): boolean =>
  offsets.every(({ start, end, committed }) => Object.values(committed).every((offset) => (offset ?? start) >= end));
