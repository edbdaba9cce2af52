import type { FaultParameters, FaultSpec } from '../scenario/scenario.ts';
import type { Fault } from './fault.ts';
import { name, whole } from './parameters.ts';
import { writeToTopic } from './write-to-topic.ts';

/** Records that nobody can parse, among those of an input topic. */
export interface PoisonMessages extends FaultSpec {
  readonly type: 'poison-messages';
  readonly topic: string;
  readonly count: number;
}

export const poisonMessages = (parameters: FaultParameters<PoisonMessages>): PoisonMessages => ({
  ...parameters,
  type: 'poison-messages',
});

/** What producers that went wrong have sent in earnest: cut short, of another format, empty, huge, of the wrong types. */
const poisons = [
  '{"id":"12',
  '<record id="12"/>',
  '',
  'x'.repeat(64 * 1024),
  '{"id":{"$oid":"5f1"},"key":7,"quantity":"many","paise":[]}',
  'null',
  '[]',
] as const;

export const poisonMessagesFault: Fault<PoisonMessages> = {
  type: 'poison-messages',
  summary: 'Records that nobody can parse, written into one of the input topics.',

  parameters: { topic: name, count: whole(1, 10_000) },

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
        if (moved < spec.count) throw new Error(`the topic's ends moved by ${moved} only`);
        return `${spec.count} records that nobody can parse are in ${spec.topic}`;
      },
      // What is in a log stays there: the pipeline has to cope.
      heal: () => Promise.resolve(),
      verifyHealed: () => Promise.resolve('nothing to take back: they stay in the log'),
    };
  },
};
