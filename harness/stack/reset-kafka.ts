import { setTimeout as delay } from 'node:timers/promises';
import { Admin } from '@platformatic/kafka';
import type { Ownership } from './reset.ts';
import type { TopicNeed } from './stack.ts';
import { parseBroker } from './where-load-may-go.ts';

const requestWithinMs = 15_000;
const settledWithinMs = 15_000;
const pollMs = 10;

/** Deletes the consumer groups and topics and makes the needs' topics; resolves once the broker serves the new ones. */
export async function resetKafka(
  brokers: readonly string[],
  topics: Readonly<Record<string, TopicNeed>>,
  whose: Ownership,
): Promise<void> {
  const admin = new Admin({
    clientId: 'toofan-reset',
    bootstrapBrokers: brokers.map(parseBroker),
    timeout: requestWithinMs,
    connectTimeout: requestWithinMs,
    retries: 3,
  });
  try {
    const present = new Set(await admin.listTopics());
    const doomed = whose === 'ours' ? [...present] : Object.keys(topics).filter((name) => present.has(name));
    await deleteGroups(admin, whose === 'ours' ? undefined : new Set(doomed));
    if (doomed.length > 0) await admin.deleteTopics({ topics: doomed });
    const ids = await createTopics(admin, topics);
    await served(admin, ids, whose === 'ours' ? new Set(Object.keys(topics)) : undefined);
  } finally {
    await admin.close();
  }
}

const isOccupied = (group: { state: string } | undefined) => group?.state !== 'EMPTY' && group?.state !== 'DEAD';

/** Deletes all groups, or those that have committed offsets on one of `onlyOn` or members that subscribe to it. */
async function deleteGroups(admin: Admin, onlyOn: ReadonlySet<string> | undefined): Promise<void> {
  const all = [...(await admin.listGroups()).keys()];
  const groups = onlyOn === undefined ? all : await groupsOn(admin, all, onlyOn);
  if (groups.length === 0) return;
  // A killed worker stays a member until its session times out, and a group with members cannot be deleted.
  for (const deadline = Date.now() + settledWithinMs; ; await delay(pollMs)) {
    const listed = await admin.listGroups();
    const occupied = groups.filter((group) => listed.has(group) && isOccupied(listed.get(group)));
    if (occupied.length === 0) break;
    if (Date.now() > deadline) {
      throw new Error(
        `consumer groups still have members: ${occupied.join(', ')}. End the processes that use the stack before its reset`,
      );
    }
    const classic = occupied.filter((group) => listed.get(group)?.groupType.toLowerCase() === 'classic');
    await Promise.all(classic.map((groupId) => admin.removeMembersFromConsumerGroup({ groupId })));
  }
  const left = await admin.listGroups();
  const deletable = groups.filter((group) => left.has(group));
  if (deletable.length > 0) await admin.deleteGroups({ groups: deletable });
}

async function groupsOn(admin: Admin, groups: readonly string[], topics: ReadonlySet<string>): Promise<string[]> {
  if (groups.length === 0 || topics.size === 0) return [];
  const offsets = await admin.listConsumerGroupOffsets({ groups: [...groups] });
  const committed = offsets.filter((group) => group.topics.some(({ name }) => topics.has(name)));
  // A member that never committed still holds its group.
  const described = [...(await admin.describeGroups({ groups: [...groups] })).values()];
  const subscribed = described.filter(({ members }) =>
    [...members.values()].some(({ metadata }) => metadata?.topics?.some((topic) => topics.has(topic)) === true),
  );
  return [...new Set([...committed.map(({ groupId }) => groupId), ...subscribed.map(({ id }) => id)])];
}

/** Returns each new topic's id. */
async function createTopics(admin: Admin, topics: Readonly<Record<string, TopicNeed>>): Promise<Map<string, string>> {
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
      // The broker stamps what is judged, so that no client's clock can flatter.
      configs: role === 'internal' ? [] : [{ name: 'message.timestamp.type', value: 'LogAppendTime' }],
    });
    for (const { name, id } of created) ids.set(name, id);
  }
  return ids;
}

/** Awaits that the broker knows the topics under their new ids, each partition with a leader, and none but `only`. */
async function served(
  admin: Admin,
  ids: ReadonlyMap<string, string>,
  only: ReadonlySet<string> | undefined,
): Promise<void> {
  for (const deadline = Date.now() + settledWithinMs; ; await delay(pollMs)) {
    const names = await admin.listTopics();
    const left = only === undefined ? [] : names.filter((name) => !only.has(name));
    const listed = [...ids.keys()].every((name) => names.includes(name));
    if (left.length === 0 && listed) {
      const { topics } = await admin.metadata({ topics: [...ids.keys()], forceUpdate: true });
      const isServed = ([name, id]: [string, string]) =>
        topics.get(name)?.id === id && topics.get(name)?.partitions.every(({ leader }) => leader >= 0) === true;
      if ([...ids].every(isServed)) return;
    }
    if (Date.now() > deadline) {
      throw new Error(
        `the broker does not serve the new topics ${[...ids.keys()].join(', ')} after ${settledWithinMs} ms`,
      );
    }
  }
}
