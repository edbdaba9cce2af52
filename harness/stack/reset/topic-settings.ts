import type { TopicNeed } from '../stack.ts';

/**
 * The topic settings that a drill relies on, whatever the broker's defaults: nothing is compacted, expired or recompressed before
 * it was read back, and the broker sets the timestamps that are judged, so that no client's clock can flatter.
 */
export const topicSettings = ({ role }: Pick<TopicNeed, 'role'>): Readonly<Record<string, string>> => ({
  'cleanup.policy': 'delete',
  'retention.ms': '-1',
  'retention.bytes': '-1',
  'compression.type': 'producer',
  'max.message.bytes': '1048588',
  'min.insync.replicas': '1',
  ...(role !== 'internal' && { 'message.timestamp.type': 'LogAppendTime' }),
});

/** No drill lasts longer. */
const dayMs = 24 * 3_600_000;
/** A full batch of the generator, plus protocol overhead. */
const batchBytes = 600_000;

const unbounded = (value: string) => Number(value) === -1;
const bearable: Readonly<Record<string, (value: string) => boolean>> = {
  'cleanup.policy': (value) => !value.includes('compact'),
  'retention.ms': (value) => unbounded(value) || Number(value) >= dayMs,
  'retention.bytes': unbounded,
  // Every client can read these; a target's own may not know the others.
  'compression.type': (value) => ['producer', 'uncompressed', 'gzip'].includes(value),
  'max.message.bytes': (value) => Number(value) >= batchBytes,
  'message.timestamp.type': (value) => value === 'LogAppendTime',
};

/** Settings of an external topic, which stays as it is, that a drill cannot run with; each with the required value. */
export const unbearable = (
  need: Pick<TopicNeed, 'role'>,
  found: Readonly<Record<string, string>>,
): { readonly name: string; readonly is: string; readonly mend: string }[] =>
  Object.entries(topicSettings(need)).flatMap(([name, mend]) => {
    const is = found[name];
    return is === undefined || bearable[name]?.(is) !== false ? [] : [{ name, is, mend }];
  });
