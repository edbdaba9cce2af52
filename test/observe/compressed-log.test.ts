import { describe, expect, it } from 'vitest';
import { KafkaLog } from '../../harness/observe/kafka-log.ts';
import type { LogRecord } from '../../harness/target/target.ts';
import { sharedStack } from '../shared-stack.ts';
import { append, withAdmin } from '../stack/clients.ts';

const shared = sharedStack({ topics: {}, postgres: {}, redis: false });

describe('the log', () => {
  // The broker, which is Java, recompresses what it gets.
  it.each(['gzip', 'snappy', 'lz4', 'zstd'])('is read as it was written, compressed with %s', async (codec) => {
    const { kafka } = shared.stack.direct;
    const topic = `with-${codec}`;
    const value = 'a record that is worth compressing; '.repeat(4_000);
    await withAdmin(kafka, (admin) =>
      admin.createTopics({ topics: [topic], partitions: 1, configs: [{ name: 'compression.type', value: codec }] }),
    );
    await append(kafka, topic, value, Date.now());
    await using log = new KafkaLog(kafka);
    const read: LogRecord[] = [];
    await log.read([{ topic, partition: 0, start: 0, end: 1 }], (records) => {
      read.push(...records);
      return Promise.resolve();
    });
    expect(read.map((record) => record.value?.toString())).toEqual([value]);
  });

  it('that cannot be read is a store that does not serve, and says where', async () => {
    const { kafka } = shared.stack.direct;
    await withAdmin(kafka, (admin) => admin.createTopics({ topics: ['expired'], partitions: 1 }));
    for (const value of ['a', 'b']) await append(kafka, 'expired', value, Date.now());
    await withAdmin(kafka, (admin) =>
      admin.deleteRecords({ topics: [{ name: 'expired', partitions: [{ partition: 0, offset: 1n }] }] }),
    );
    await using log = new KafkaLog(kafka);
    const read = log.read([{ topic: 'expired', partition: 0, start: 0, end: 2 }], () => Promise.resolve());
    await expect(read).rejects.toMatchObject({
      exitCode: 69,
      message: expect.stringMatching(/^topic expired, partition 0 cannot be read at offset 0 \(.*\): /) as string,
    });
  });
});
