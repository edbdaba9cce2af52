import { z } from 'zod';
import { KafkaLog } from '../observe/kafka-log.ts';
import type { FaultParameters, FaultSpec } from '../scenario/scenario.ts';
import type { Fault } from './fault.ts';
import { name, whole } from './parameters.ts';
import { type RecordToWrite, writeToTopic } from './write-to-topic.ts';

/** The last records of an input topic once more: duplicates, in their order or in the reverse of it. */
export interface Redelivery extends FaultSpec {
  readonly type: 'redelivery';
  readonly topic: string;
  /** How many of each partition. */
  readonly count: number;
  readonly order: 'same' | 'reversed';
}

export const redelivery = (parameters: FaultParameters<Redelivery>): Redelivery => ({
  ...parameters,
  type: 'redelivery',
});

const readWithinMs = 500;

export const redeliveryFault: Fault<Redelivery> = {
  type: 'redelivery',
  summary: 'The last records of an input topic are written once more, in their order or in the reverse of it.',

  parameters: { topic: name, count: whole(1, 10_000), order: z.enum(['same', 'reversed']) },

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
        if (records.length === 0) throw new Error(`there was no record in ${topic} to write once more`);
        if (moved < records.length) throw new Error(`the topic's ends moved by ${moved} only`);
        return `${records.length} records of ${topic} were written once more${order === 'reversed' ? ', the last one first' : ''}`;
      },
      // What is in a log stays there: the pipeline has to cope.
      heal: () => Promise.resolve(),
      verifyHealed: () => Promise.resolve('nothing to take back: they stay in the log'),
    };
  },
};
