import { Reader, crc32c, readRecordsBatch } from '@platformatic/kafka';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { RecordBatch } from './record-batch.ts';

const text = fc.string({ unit: 'binary', maxLength: 300 });

/** Lone surrogates are no text: both sides write them as U+FFFD. */
const sound = (value: string): string => Buffer.from(value).toString();

test('what is written is what a reader of Kafka’s format reads', () => {
  const batch = new RecordBatch();
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 200 }), (records) => {
      batch.reset();
      records.forEach(([key, value], ticket) => batch.append(Buffer.from(key), value, ticket));
      const bytes = batch.seal(1_700_000_000_123);
      expect(bytes.length).toBe(batch.size);
      const read = readRecordsBatch(Reader.from(bytes));
      expect(read).toMatchObject({
        firstOffset: 0n,
        magic: 2,
        attributes: 0,
        lastOffsetDelta: records.length - 1,
        firstTimestamp: 1_700_000_000_123n,
        maxTimestamp: 1_700_000_000_123n,
        producerId: -1n,
        crc: crc32c(bytes.subarray(21)),
      });
      expect(read.records.map(({ key, value, offsetDelta }) => [String(key), String(value), offsetDelta])).toEqual(
        records.map(([key, value], i) => [sound(key), sound(value), i]),
      );
    }),
  );
});

test('grows for what is large and keeps what came before', () => {
  const batch = new RecordBatch();
  const values = ['small', 'x'.repeat(100_000), 'after'];
  values.forEach((value, ticket) => batch.append(Buffer.from('k'), value, ticket));
  const { records } = readRecordsBatch(Reader.from(batch.seal(0)));
  expect(records.map(({ value }) => String(value))).toEqual(values);
});

test('leaves its tickets to whoever took them', () => {
  const batch = new RecordBatch();
  batch.append(Buffer.from('k'), 'v', 7);
  const { tickets } = batch;
  batch.reset();
  batch.append(Buffer.from('k'), 'v', 8);
  expect([tickets, batch.tickets]).toEqual([[7], [8]]);
});
