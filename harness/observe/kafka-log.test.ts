import { describe, expect, it } from 'vitest';
import type { LogRecord } from '../target/target.ts';
import { visitCommitted } from './kafka-log.ts';

type Fetched = Parameters<typeof visitCommitted>[0];
type Batch = NonNullable<Fetched['records']>[number];

const transactional = 16;
const control = 32;
const logAppendTime = 8;

function batch(
  firstOffset: number,
  values: readonly string[],
  more: { attributes?: number; producerId?: number } = {},
): Batch {
  return {
    firstOffset: BigInt(firstOffset),
    lastOffsetDelta: values.length - 1,
    attributes: more.attributes ?? 0,
    producerId: BigInt(more.producerId ?? -1),
    firstTimestamp: 1_000n,
    maxTimestamp: 5_000n,
    records: values.map((value, index) => ({
      offsetDelta: index,
      timestampDelta: BigInt(index * 10),
      key: Buffer.from('k'),
      value: Buffer.from(value),
      attributes: 0,
      length: 0,
      headers: [],
    })),
  } as unknown as Batch;
}

function visit(fetched: Fetched, from = 0, end = 1_000): { seen: LogRecord[]; next: number } {
  const seen: LogRecord[] = [];
  const next = visitCommitted(fetched, { topic: 't', partition: 0, from, end }, (record) => seen.push(record));
  return { seen, next };
}

describe('reading a log back', () => {
  it("takes the broker's stamp of the batch where the broker stamps, the record's own elsewhere", () => {
    const records = [batch(0, ['a', 'b']), batch(2, ['c', 'd'], { attributes: logAppendTime })];
    expect(visit({ abortedTransactions: [], records }).seen.map((record) => record.timestampMs)).toEqual([
      1_000, 1_010, 5_000, 5_000,
    ]);
  });

  it('gives only records from the asked offset to the end, and says where to go on', () => {
    const { seen, next } = visit({ abortedTransactions: [], records: [batch(10, ['a', 'b', 'c', 'd'])] }, 11, 13);
    expect(seen.map(({ offset, value }) => [offset, value])).toEqual([
      [11, 'b'],
      [12, 'c'],
    ]);
    expect(next).toBe(13);
  });

  it('leaves out an aborted transaction and keeps what the same producer committed before and after', () => {
    const by7 = { producerId: 7, attributes: transactional };
    const marker = { producerId: 7, attributes: transactional | control };
    const records = [
      batch(0, ['kept'], by7),
      batch(1, ['commit'], marker),
      batch(2, ['aborted'], by7),
      batch(3, ['other'], { producerId: 8, attributes: transactional }),
      batch(4, ['abort'], marker),
      batch(5, ['kept too'], by7),
    ];
    const { seen, next } = visit({ abortedTransactions: [{ producerId: 7n, firstOffset: 2n }], records });
    expect(seen.map(({ value }) => value)).toEqual(['kept', 'other', 'kept too']);
    expect(next).toBe(6);
  });

  it('goes on past a batch of markers alone', () => {
    expect(visit({ abortedTransactions: [], records: [batch(3, ['m'], { attributes: control })] }, 3).next).toBe(4);
  });
});
