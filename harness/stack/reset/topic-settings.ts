import type { TopicNeed } from '../stack.ts';

/**
 * What a drill relies on of a topic's settings, whatever the broker's defaults are: nothing is compacted, expired or compressed anew
 * before it was read back, and the broker stamps what is judged, so that no client's clock can flatter.
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
/** A full batch of the generator's, with what the protocol adds to it. */
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

/** The settings of a topic that is somebody's, and stays as it is, which a drill cannot bear; each with what it should be. */
export const unbearable = (
  need: Pick<TopicNeed, 'role'>,
  found: Readonly<Record<string, string>>,
): { readonly name: string; readonly is: string; readonly mend: string }[] =>
  Object.entries(topicSettings(need)).flatMap(([name, mend]) => {
    const is = found[name];
    return is === undefined || bearable[name]?.(is) !== false ? [] : [{ name, is, mend }];
  });
