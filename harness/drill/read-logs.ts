import type { OffsetRecord } from '../history/drill-record.ts';
import type { Recorder } from '../history/recorder.ts';
import type { KafkaLog } from '../observe/kafka-log.ts';
import type { Row } from '../history/schema.ts';
import type { LogRecord, Target } from '../target/target.ts';

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
    (records) =>
      recorder.append(
        'appends',
        records.flatMap((record) => appendOf(record, target)),
      ),
  );
  await log.read(
    offsets.filter(({ role }) => role === 'decisions'),
    (records) =>
      recorder.append(
        'decisions',
        records.flatMap((record) => decisionOf(record, target, stampedBy)),
      ),
  );
}

function appendOf(record: LogRecord, target: Target): Row<'appends'>[] {
  const identity = target.identify(record);
  if (identity === null) return [];
  const { topic, partition, offset } = record;
  const { op, attempt } = identity;
  return [{ op, attempt, topic, partition, offset, appended_at: record.timestampMs * 1000 }];
}

function decisionOf(record: LogRecord, target: Target, stampedBy: 'broker' | 'producer'): Row<'decisions'>[] {
  const decision = target.decode(record);
  if (decision === null) return [];
  const { op, key, answer, mode, reason } = decision;
  const { partition, offset } = record;
  const decided_at = record.timestampMs * 1000;
  return [{ op, key, answer, mode, reason, decided_at, stamped_by: stampedBy, partition, offset }];
}
