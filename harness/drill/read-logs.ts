import { badInput } from '../errors.ts';
import type { OffsetRecord } from '../history/drill-record.ts';
import type { Recorder } from '../history/recorder.ts';
import type { KafkaLog } from '../observe/kafka-log.ts';
import type { Row } from '../history/schema.ts';
import type { LogRecord, Target } from '../target/target.ts';

/**
 * Reads the input and decision logs back into the history: what was submitted, and what was decided. Records of others (another
 * producer's, poison) do not count.
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
  const identity = asked(target, 'identify', record);
  if (identity === null) return [];
  const { topic, partition, offset } = record;
  const { op, attempt } = identity;
  const wrong = problemOf({ op: [op, isWhole], attempt: [attempt, isWhole], time: [record.timestampMs, isTime] });
  if (wrong !== null) throw refused(target, 'identify', record, wrong);
  return [{ op, attempt, topic, partition, offset, appended_at: record.timestampMs * 1000 }];
}

function decisionOf(record: LogRecord, target: Target, stampedBy: 'broker' | 'producer'): Row<'decisions'>[] {
  const decision = asked(target, 'decode', record);
  if (decision === null) return [];
  const { op, key, answer, mode, reason } = decision;
  const { partition, offset } = record;
  const wrong = problemOf({
    // A decision on nothing is recorded and judged.
    op: [op, (value) => value === null || isWhole(value)],
    key: [key, isText],
    answer: [answer, isText],
    mode: [mode, isText],
    reason: [reason, (value) => value === null || value === undefined || typeof value === 'string'],
    time: [record.timestampMs, isTime],
  });
  if (wrong !== null) throw refused(target, 'decode', record, wrong);
  const decided_at = record.timestampMs * 1000;
  return [{ op, key, answer, mode, reason, decided_at, stamped_by: stampedBy, partition, offset }];
}

/** What a target makes of a record; if it throws, that is the target's failure, not ours. */
function asked<Member extends 'identify' | 'decode'>(target: Target, member: Member, record: LogRecord) {
  try {
    return target[member](record) as ReturnType<Target[Member]>;
  } catch (error) {
    throw refused(target, member, record, `threw ${error instanceof Error ? error.message : String(error)}`);
  }
}

type Check = readonly [value: unknown, fits: (value: unknown) => boolean];
const isWhole = (value: unknown): boolean => Number.isSafeInteger(value);
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
/** The largest time in milliseconds whose microseconds are still an exact integer. */
const isTime = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 0 && Number.isSafeInteger((value as number) * 1000);

const fitting = { op: 'a whole number', attempt: 'a whole number', reason: 'text or null', time: 'a time since 1970' };

function problemOf(checks: Readonly<Record<string, Check>>): string | null {
  const wrong = Object.entries(checks).find(([, [value, fits]]) => !fits(value));
  if (wrong === undefined) return null;
  const [name, [value]] = wrong;
  const must = fitting[name as keyof typeof fitting] ?? 'text';
  const isNumeric = typeof value === 'number' || typeof value === 'bigint';
  const found = isNumeric ? String(value) : (JSON.stringify(value) ?? 'missing');
  return `${name} must be ${must}, is ${found}`;
}

const refused = (target: Target, member: string, { topic, partition, offset }: LogRecord, problem: string) =>
  badInput(
    `target ${target.name}: ${member}() of ${topic}, partition ${partition}, offset ${offset}: ${problem}; return null for records that are not its own`,
  );
