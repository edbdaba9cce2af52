import type { OffsetRecord } from '../history/drill-record.ts';
import type { Recorder } from '../history/recorder.ts';
import type { KafkaLog } from '../observe/kafka-log.ts';
import type { Target } from '../target/target.ts';

/**
 * Reads the input and decision logs back into the history: what was submitted, and what was decided. Records that are
 * none of ours (another producer's, poison) are left out.
 */
export async function readLogs(
  log: KafkaLog,
  target: Target,
  stampedBy: 'broker' | 'producer',
  offsets: readonly OffsetRecord[],
  recorder: Recorder,
): Promise<void> {
  await log.read(
    offsets.filter(({ role }) => role === 'input'),
    (record) => {
      const identity = target.identify(record);
      if (identity === null) return;
      const { topic, partition, offset } = record;
      recorder.append('appends', [{ ...identity, topic, partition, offset, appended_at: record.timestampMs * 1000 }]);
    },
  );
  await log.read(
    offsets.filter(({ role }) => role === 'decisions'),
    (record) => {
      const decision = target.decode(record);
      if (decision === null) return;
      const { partition, offset } = record;
      recorder.append('decisions', [
        { ...decision, decided_at: record.timestampMs * 1000, stamped_by: stampedBy, partition, offset },
      ]);
    },
  );
}
