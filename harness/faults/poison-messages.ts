import { topics } from './draw.ts';
import { defineFault } from './fault.ts';
import { topicName, whole } from './parameters.ts';
import { writeToTopic } from './write-to-topic.ts';

/** Records as broken producers have really sent them: truncated, in another format, empty, huge, with wrong types. */
const poisons = [
  '{"id":"12',
  '<record id="12"/>',
  '',
  'x'.repeat(64 * 1024),
  '{"id":{"$oid":"5f1"},"key":7,"quantity":"many","paise":[]}',
  'null',
  '[]',
] as const;

export const poisonMessages = defineFault({
  type: 'poison-messages',
  summary: 'Writes unparseable records into an input topic.',
  parameters: { topic: topicName, count: whole(1, 10_000).describe('number of records') },

  async strike(spec, context) {
    const records = Array.from({ length: spec.count }, (_, index) => ({
      key: `poison-${index}`,
      value: poisons[index % poisons.length] ?? '',
    }));
    const moved = await writeToTopic('poison-messages', context, spec.topic, records);
    return {
      holdMs: 0,
      async verify() {
        // The generator writes there too.
        if (moved < spec.count) throw new Error(`the topic's end offsets moved by only ${moved}`);
        return `${spec.count} unparseable records are in ${spec.topic}`;
      },
      // What is in a log stays there: the pipeline has to cope.
      heal: () => Promise.resolve(),
      verifyHealed: () => Promise.resolve('nothing to undo: they stay in the log'),
    };
  },

  draw: {
    places: topics,
    moreMs: 1_000,
    parameters: (place, _, dice) => ({ topic: place, count: dice.between(1, 50) }),
    // Written without the proxy; the broker must be up.
    touches: () => ['kafka'],
  },
  alertedBy: ['ConsumerLagHigh', 'ErrorSpike'],
  trials: [
    {
      with: { topic: 'order-events', count: 7 },
      seen: /7 unparseable records are in order-events/,
    },
  ],
  page: {
    strikes: 'They are truncated, in another format, empty, huge or of the wrong types.',
    example: { topic: 'order-events', count: 20 },
    struckShownBy: "the topic's end offsets",
    healedShownBy: 'nothing is undone: records in a log stay there',
    limits: 'none',
    lookFor: 'A consumer that fails on a record and reads it again forever.',
  },
});
