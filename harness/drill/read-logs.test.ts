import { expect, test } from 'vitest';
import type { Recorder } from '../history/recorder.ts';
import type { KafkaLog } from '../observe/kafka-log.ts';
import type { LogRecord, Target } from '../target/target.ts';
import { readLogs } from './read-logs.ts';

const decision = { op: 7, key: 'p', answer: 'confirmed', mode: 'full', reason: null };
const record: LogRecord = { topic: 'told', partition: 2, offset: 9, timestampMs: 5, key: null, value: null };

const answer = (value: unknown) => () => {
  if (value instanceof Error) throw value;
  return value;
};

/** What is recorded of one decision record, with this decoder; of one input record, with this identifier. */
async function recorded(
  decoded: unknown,
  { identified, timestampMs = 5 }: { identified?: unknown; timestampMs?: number } = {
    identified: { op: 7, attempt: 1 },
  },
): Promise<unknown[]> {
  const rows: unknown[] = [];
  const target = { name: 'shop', decode: answer(decoded), identify: answer(identified) } as unknown as Target;
  const log = {
    read: (_offsets: unknown, visit: (records: LogRecord[]) => Promise<void>) => visit([{ ...record, timestampMs }]),
  } as unknown as KafkaLog;
  const recorder = {
    append: (table: string, added: object[]) => Promise.resolve(rows.push(...added.map((row) => ({ table, ...row })))),
  } as unknown as Recorder;
  await readLogs(log, target, 'broker', [], recorder);
  return rows;
}

test('records what a target reads, and leaves out what is none of its own', async () => {
  expect(await recorded(decision)).toMatchObject([
    { table: 'appends', op: 7, attempt: 1, appended_at: 5_000 },
    { table: 'decisions', op: 7, decided_at: 5_000, partition: 2, offset: 9 },
  ]);
  expect(await recorded(null, { identified: null })).toEqual([]);
});

test('a decision on nothing is recorded, to be judged', async () => {
  expect((await recorded({ ...decision, op: null }))[1]).toMatchObject({ op: null });
});

test.each<[name: string, decoded: object, problem: string]>([
  ['no whole number', { ...decision, op: 12.5 }, 'op must be a whole number, is 12.5'],
  ['no number at all', { ...decision, op: Number('x') }, 'op must be a whole number, is NaN'],
  ['text', { ...decision, op: '7' }, 'op must be a whole number, is "7"'],
  ['more than a number holds', { ...decision, op: 2 ** 60 }, 'op must be a whole number, is 1152921504606847000'],
  ['a bigint', { ...decision, op: 7n }, 'op must be a whole number, is 7'],
  ['no key', { ...decision, key: null }, 'key must be text, is null'],
  ['no answer', { ...decision, answer: undefined }, 'answer must be text, is missing'],
  ['a mode that is no word', { ...decision, mode: 3 }, 'mode must be text, is 3'],
  ['a failure', new Error('not JSON'), 'threw not JSON'],
])('stops at a decision with %s', async (_name, decoded, problem) => {
  await expect(recorded(decoded)).rejects.toMatchObject({
    exitCode: 65,
    message: expect.stringContaining(`target shop: decode() of told, partition 2, offset 9: ${problem}; `) as string,
  });
});

test('stops at an input that names no operation, or came at no time', async () => {
  await expect(recorded(decision, { identified: { op: 1.5, attempt: 1 } })).rejects.toThrow(
    'identify() of told, partition 2, offset 9: op must be a whole number, is 1.5',
  );
  await expect(recorded(decision, { identified: { op: 7, attempt: 1 }, timestampMs: -1 })).rejects.toThrow(
    'time must be a time since 1970, is -1',
  );
});
