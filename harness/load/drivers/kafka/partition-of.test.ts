import * as fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { expect, test } from 'vitest';

import { murmur2, partitionOf } from './partition-of.ts';

// From Kafka's own org.apache.kafka.common.utils.UtilsTest.
test.each([
  ['21', -973_932_308],
  ['foobar', -790_332_482],
  ['a-little-bit-long-string', -985_981_536],
  ['a-little-bit-longer-string', -1_486_304_829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58_897_971],
  ['abc', 479_470_107],
])('murmur2 of %s is Kafka’s', (key, hash) => {
  expect(murmur2(Buffer.from(key))).toBe(hash);
});

const partitions = (count: number) =>
  Array.from({ length: count }, (_, partitionId) => ({
    partitionId,
    leader: 1,
    partitionErrorCode: 0,
    replicas: [],
    isr: [],
  }));

test('puts any key where the pipelines’ own client puts it', () => {
  const theirs = Partitioners.DefaultPartitioner();
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 50 }), (key, count) => {
      const message = { key, value: '' };
      expect(partitionOf(Buffer.from(key), count)).toBe(
        theirs({ topic: 't', partitionMetadata: partitions(count), message }),
      );
    }),
  );
});
