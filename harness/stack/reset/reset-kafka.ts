import { Admin } from '@platformatic/kafka';
import type { TopicNeed } from '../stack.ts';
import { topicSettings } from './topic-settings.ts';
import { parseBroker } from '../where-load-may-go.ts';
import { eventually, NotYet } from '../../eventually.ts';

const requestWithinMs = 15_000;
const settledWithinMs = 15_000;
const pollMs = 10;

/** A client for checking and emptying brokers, with a timeout on every request; closed at the end. */
export async function withResetAdmin<T>(brokers: readonly string[], work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Admin({
    clientId: 'toofan-reset',
    bootstrapBrokers: brokers.map(parseBroker),
    timeout: requestWithinMs,
    connectTimeout: requestWithinMs,
    retries: 3,
  });
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}

/**
 * On our own brokers: deletes all consumer groups and topics and creates the needs' topics; resolves once the broker serves the
 * new ones.
 */
export const resetKafka = (brokers: readonly string[], topics: Readonly<Record<string, TopicNeed>>): Promise<void> =>
  withResetAdmin(brokers, async (admin) => {
    const present = await admin.listTopics();
    await deleteGroups(admin, [...(await admin.listGroups()).keys()]);
    if (present.length > 0) await admin.deleteTopics({ topics: present });
    const ids = await createTopics(admin, topics);
    await served(admin, ids, new Set(Object.keys(topics)));
  });

/** Whether a group has members. */
export const isOccupied = (group: { state: string } | undefined) => group?.state !== 'EMPTY' && group?.state !== 'DEAD';

/** Deletes groups whose processes have exited. */
export async function deleteGroups(admin: Admin, groups: readonly string[]): Promise<void> {
  if (groups.length === 0) return;
  // A killed worker stays a member until its session times out, and a group with members cannot be deleted.
  const empty = async () => {
    const listed = await admin.listGroups();
    const occupied = groups.filter((group) => listed.has(group) && isOccupied(listed.get(group)));
    if (occupied.length === 0) return undefined;
    const classic = occupied.filter((group) => listed.get(group)?.groupType.toLowerCase() === 'classic');
    await Promise.all(classic.map((groupId) => admin.removeMembersFromConsumerGroup({ groupId })));
    return new NotYet(
      `consumer groups still have members: ${occupied.join(', ')}. Stop the processes that use the stack before its reset`,
    );
  };
  await eventually(empty, { withinMs: settledWithinMs, everyMs: pollMs });
  const left = await admin.listGroups();
  const deletable = groups.filter((group) => left.has(group));
  if (deletable.length > 0) await admin.deleteGroups({ groups: deletable });
}

/** Returns each new topic's id. */
export async function createTopics(
  admin: Admin,
  topics: Readonly<Record<string, TopicNeed>>,
): Promise<Map<string, string>> {
  const alike = Map.groupBy(
    Object.entries(topics),
    ([, { partitions, role }]) => `${partitions} ${role === 'internal'}`,
  );
  const ids = new Map<string, string>();
  for (const group of alike.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const [, { partitions, role }] = first;
    const created = await admin.createTopics({
      topics: group.map(([name]) => name),
      partitions,
      configs: Object.entries(topicSettings({ role })).map(([name, value]) => ({ name, value })),
    });
    for (const { name, id } of created) ids.set(name, id);
  }
  return ids;
}

/** Waits until the broker knows the topics under their new ids, each partition with a leader, and no others but `only`. */
export async function served(
  admin: Admin,
  ids: ReadonlyMap<string, string>,
  only: ReadonlySet<string> | undefined,
): Promise<void> {
  const look = async () => {
    const names = await admin.listTopics();
    const left = only === undefined ? [] : names.filter((name) => !only.has(name));
    const listed = [...ids.keys()].every((name) => names.includes(name));
    if (left.length === 0 && listed) {
      const { topics } = await admin.metadata({ topics: [...ids.keys()], forceUpdate: true });
      const isServed = ([name, id]: [string, string]) =>
        topics.get(name)?.id === id && topics.get(name)?.partitions.every(({ leader }) => leader >= 0) === true;
      if ([...ids].every(isServed)) return undefined;
    }
    return new NotYet(
      `the broker does not serve the new topics ${[...ids.keys()].join(', ')} after ${settledWithinMs} ms`,
    );
  };
  await eventually(look, { withinMs: settledWithinMs, everyMs: pollMs });
}
