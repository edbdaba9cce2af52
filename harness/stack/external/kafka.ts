import { type Admin, ConfigResourceTypes, ListOffsetTimestamps } from '@platformatic/kafka';
import { createTopics, deleteGroups, isOccupied, served, withResetAdmin } from '../reset/reset-kafka.ts';
import type { KafkaAddress, StackNeeds, TopicNeed } from '../stack.ts';
import { unbearable } from '../reset/topic-settings.ts';
import { count, type Foreign, type Look } from './look.ts';
import { lookUntil, NotYet } from '../../eventually.ts';

/** A worker that was just killed stays a member until its session times out. */
const emptyWithinMs = 12_000;
const pollMs = 200;

/** An empty topic with this name records that a drill has filled the topic with that id, and that the next one may empty it. */
const markOf = (id: string) => `toofan-filled-${id}`;
const isMark = (name: string) => name.startsWith('toofan-filled-');

interface TopicState {
  readonly name: string;
  readonly need: TopicNeed;
  readonly id: string;
  readonly partitions: number;
  readonly records: number;
  readonly settings: Readonly<Record<string, string>>;
}

/** Whether the brokers at `path` of the configuration are fit for a drill, and what the topics it needs contain. Read-only. */
export const lookAtKafka = (path: string, address: KafkaAddress, needs: StackNeeds): Promise<Look> =>
  withResetAdmin(address.brokers, async (admin) => {
    const names = new Set(await admin.listTopics());
    const topics = await topicStates(admin, needs, names);
    const problems = [
      ...(await brokerProblems(admin, needs)),
      ...topics.flatMap(topicProblems),
      ...(needs.clashing ?? []).map(
        (name) => `the targets need different partition counts for the topic ${name}; run them one by one`,
      ),
      ...(await groupProblems(admin, needs)),
    ];
    const filled = topics.filter(({ id, records }) => records > 0 && !names.has(markOf(id)));
    return {
      problems: problems.map((problem) => `${path}: ${problem}`),
      foreign: filled.map((one) => foreign(one, address)),
    };
  });

function foreign({ name, records, partitions }: TopicState, { brokers }: KafkaAddress): Foreign {
  const [broker = ''] = brokers;
  return {
    names: [`${broker}/${name}`, name, broker],
    goes: [`${count(records, 'record')} of the topic ${name} (${count(partitions, 'partition')}, kept)`],
    stays: [],
  };
}

async function topicStates(admin: Admin, needs: StackNeeds, present: ReadonlySet<string>): Promise<TopicState[]> {
  const wanted = Object.entries(needs.topics).filter(([name]) => present.has(name));
  if (wanted.length === 0) return [];
  const names = wanted.map(([name]) => name);
  const { topics } = await admin.metadata({ topics: names, forceUpdate: true });
  const partitionsOf = (name: string) => topics.get(name)?.partitions.length ?? 0;
  const described = await admin.describeConfigs({
    resources: names.map((resourceName) => ({ resourceType: ConfigResourceTypes.TOPIC, resourceName })),
  });
  const offsets = async (timestamp: bigint) => {
    const asked = names.map((name) => ({
      name,
      partitions: Array.from({ length: partitionsOf(name) }, (_, partitionIndex) => ({ partitionIndex, timestamp })),
    }));
    const listed = await admin.listOffsets({ topics: asked });
    return new Map(
      listed.map(({ name, partitions }) => [name, partitions.reduce((sum, { offset }) => sum + Number(offset), 0)]),
    );
  };
  const [from, to] = [await offsets(ListOffsetTimestamps.EARLIEST), await offsets(ListOffsetTimestamps.LATEST)];
  return wanted.map(([name, need]) => ({
    name,
    need,
    id: topics.get(name)?.id ?? '',
    partitions: partitionsOf(name),
    records: (to.get(name) ?? 0) - (from.get(name) ?? 0),
    settings: settingsOf(described.find(({ resourceName }) => resourceName === name)),
  }));
}

const settingsOf = (
  described:
    | { readonly configs: readonly { readonly name: string; readonly value?: string | null | undefined }[] }
    | undefined,
) => Object.fromEntries((described?.configs ?? []).map(({ name, value }) => [name, value ?? '']));

function topicProblems({ name, need, partitions, settings }: TopicState): string[] {
  const stays = 'an existing topic is never changed';
  return [
    ...(partitions === need.partitions
      ? []
      : [
          `the topic ${name} has ${count(partitions, 'partition')} but the target needs ${need.partitions}; ${stays}: use other brokers, or let the target ask for ${partitions}`,
        ]),
    ...unbearable(need, settings).map(
      ({ name: setting, is, mend }) =>
        `the topic ${name} has ${setting}=${is}, which breaks a drill; ${stays}: kafka-configs.sh --alter --topic ${name} --add-config ${setting}=${mend}`,
    ),
  ];
}

async function brokerProblems(admin: Admin, { groups = [] }: StackNeeds): Promise<string[]> {
  const { brokers } = await admin.metadata({ topics: [], forceUpdate: true });
  const described = await admin.describeConfigs({
    resources: [...brokers.keys()].map((id) => ({
      resourceType: ConfigResourceTypes.BROKER,
      resourceName: String(id),
    })),
  });
  const internal = new Set(await admin.listTopics({ includeInternals: true }));
  const problems = described.flatMap((broker) => {
    const settings = settingsOf(broker);
    const found: string[] = [];
    if (settings['delete.topic.enable'] === 'false')
      found.push(
        'delete.topic.enable is false, but a drill deletes its own topics; set it to true and restart the broker',
      );
    const least = Number(settings['group.min.session.timeout.ms'] ?? 0);
    const shortest = Math.min(...groups.map(({ sessionTimeoutMs = Infinity }) => sessionTimeoutMs));
    if (least > shortest)
      found.push(
        `group.min.session.timeout.ms is ${least}, but the target's consumers ask for ${shortest}; set it to ${shortest} or less and restart the broker`,
      );
    const replicas = Number(settings['offsets.topic.replication.factor'] ?? 1);
    if (replicas > brokers.size && !internal.has('__consumer_offsets'))
      found.push(
        `offsets.topic.replication.factor is ${replicas} with ${count(brokers.size, 'broker')}, so no consumer group can start; set it to ${brokers.size} and restart the broker`,
      );
    return found;
  });
  return [...new Set(problems)];
}

/** A group with active members is not a drill's to delete. */
async function groupProblems(admin: Admin, { groups = [] }: StackNeeds): Promise<string[]> {
  const ids = groups.map(({ id }) => id);
  if (ids.length === 0) return [];
  let occupied: readonly string[] = [];
  const look = async () => {
    const listed = await admin.listGroups();
    occupied = ids.filter((id) => listed.has(id) && isOccupied(listed.get(id)));
    return occupied.length === 0 ? undefined : new NotYet('it has members');
  };
  await lookUntil(look, { withinMs: emptyWithinMs, everyMs: pollMs });
  return occupied.map((id) => `the consumer group ${id} has members: another pipeline uses it; stop that first`);
}

/**
 * Deletes the target's consumer groups, creates missing topics and empties the others, whose partitions and settings stay.
 * Resolves once the broker serves them.
 */
export const emptyKafka = (address: KafkaAddress, needs: StackNeeds): Promise<void> =>
  withResetAdmin(address.brokers, async (admin) => {
    const present = new Set(await admin.listTopics());
    const listed = await admin.listGroups();
    await deleteGroups(
      admin,
      (needs.groups ?? []).map(({ id }) => id).filter((id) => listed.has(id)),
    );
    const missing = Object.entries(needs.topics).filter(([name]) => !present.has(name));
    const made = await createTopics(admin, Object.fromEntries(missing));
    const kept = await topicStates(admin, needs, present);
    const filled = kept.filter(({ records }) => records > 0);
    if (filled.length > 0)
      await admin.deleteRecords({
        topics: filled.map(({ name, partitions }) => ({
          name,
          // Up to the high watermark: all of them.
          partitions: Array.from({ length: partitions }, (_, partition) => ({ partition, offset: -1n })),
        })),
      });
    await served(admin, made, undefined);
    await mark(admin, new Set([...made.values(), ...kept.map(({ id }) => id)]), present);
  });

/** Marks topics by their ids, and removes the marks of topics that are gone. */
async function mark(admin: Admin, ids: ReadonlySet<string>, present: ReadonlySet<string>): Promise<void> {
  const others = [...present].filter((name) => !isMark(name));
  const { topics } = await admin.metadata({ topics: others, forceUpdate: true });
  const known = new Set([...ids, ...[...topics.values()].map(({ id }) => id)].map(markOf));
  const stale = [...present].filter((name) => isMark(name) && !known.has(name));
  if (stale.length > 0) await admin.deleteTopics({ topics: stale });
  const lacking = [...ids].map(markOf).filter((name) => !present.has(name));
  if (lacking.length > 0) await admin.createTopics({ topics: lacking, partitions: 1 });
}
