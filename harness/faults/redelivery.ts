import { z } from 'zod';
import { KafkaLog } from '../observe/kafka-log.ts';
import { topics } from './draw.ts';
import { defineFault } from './fault.ts';
import { topicName, whole } from './parameters.ts';
import { type RecordToWrite, writeToTopic } from './write-to-topic.ts';

const readWithinMs = 500;

export const redelivery = defineFault({
  type: 'redelivery',
  summary: 'Writes the last records of an input topic once more, in order or in reverse.',
  parameters: {
    topic: topicName,
    count: whole(1, 10_000).describe('records per partition'),
    order: z.enum(['same', 'reversed']).describe('in order, or last first'),
  },

  async strike(spec, context) {
    const { topic, count, order } = spec;
    const records: RecordToWrite[] = [];
    {
      await using log = new KafkaLog(context.stack.direct.kafka);
      const ends = (await log.endOffsets([topic])).get(topic) ?? [];
      for (const [partition, end] of ends.entries()) {
        const last: RecordToWrite[] = [];
        await log.readSome({ topic, partition, end }, Math.max(0, end - count), readWithinMs, ({ key, value }) => {
          if (key !== null && value !== null) last.push({ partition, key, value });
        });
        records.push(...(order === 'same' ? last : last.toReversed()));
      }
    }
    const moved = records.length === 0 ? 0 : await writeToTopic('redelivery', context, topic, records);
    return {
      holdMs: 0,
      async verify() {
        if (records.length === 0) throw new Error(`${topic} has no record to write again`);
        if (moved < records.length) throw new Error(`the topic's end offsets moved by only ${moved}`);
        return `${records.length} records of ${topic} were written again${order === 'reversed' ? ', last first' : ''}`;
      },
      // What is in a log stays there: the pipeline has to cope.
      heal: () => Promise.resolve(),
      verifyHealed: () => Promise.resolve('nothing to undo: they stay in the log'),
    };
  },

  draw: {
    places: topics,
    moreMs: 2_000,
    parameters: (place, _, dice) => ({
      topic: place,
      count: dice.between(10, 300, 10),
      order: dice.oneOf(['same', 'reversed'] as const) ?? 'same',
    }),
    touches: () => ['kafka'],
  },
  alertedBy: ['ConsumerLagHigh'],
  runbookOf: ['ConsumerLagHigh'],
  trials: [
    {
      with: { topic: 'order-events', count: 3, order: 'reversed' },
      seen: /written again, last first/,
    },
  ],
  page: {
    strikes: 'Each partition gets its own records again.',
    example: { topic: 'order-events', count: 500, order: 'reversed' },
    struckShownBy: "the topic's end offsets",
    healedShownBy: 'nothing is undone: records in a log stay there',
    limits: 'none',
    lookFor: 'Duplicate effects; answers that change.',
  },
});
