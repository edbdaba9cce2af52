import { Admin } from '@platformatic/kafka';
import { setTimeout as delay } from 'node:timers/promises';
import { badInput } from '../errors.ts';
import { KafkaLog } from '../observe/kafka-log.ts';
import { parseBroker } from '../stack/where-load-may-go.ts';
import type { ConsumerGroup } from '../target/target.ts';
import { everythingOf } from './draw.ts';
import { defineFault, type FaultContext } from './fault.ts';
import { name, whole } from './parameters.ts';
import { namesOf, startAgain, victimsOf } from './victims.ts';

const answersWithinMs = 10_000;
/** A group whose members ended without leaving is empty once their sessions expire. */
const emptyWithinMs = 30_000;
const drainedWithinMs = 60_000;
const lookEveryMs = 100;

/** Offsets by topic and partition; null if nothing was ever committed. */
type Offsets = ReadonlyMap<string, readonly (number | null)[]>;

export const consumerBacklog = defineFault({
  type: 'consumer-backlog',
  summary: 'Moves the committed offsets of a consumer group back, so that it consumes the same records again.',
  parameters: {
    group: name.describe('a consumer group of the target; default: the first').optional(),
    process: name.describe('the process that consumes as this group; default: every process of the target').optional(),
    count: whole(1, 100_000).describe('messages per partition'),
  },

  async strike(spec, context) {
    const group = groupOf(context, spec.group);
    const { instances } = context.processes;
    const consumers =
      spec.process === undefined && instances.length > 0 ? instances : victimsOf('consumer-backlog', context, spec);
    // The broker refuses to move offsets of a group with members, and they would continue from their old position.
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    let before: Offsets;
    let moved: number;
    try {
      before = await asking(context, (log) => committed(log, context, group));
      moved = await moveBack(context, group, before, spec.count);
    } catch (error) {
      await Promise.all(consumers.map(startAgain));
      throw error;
    }
    let restartedAt = 0;
    return {
      holdMs: 0,
      async verify() {
        if (moved === 0) throw new Error(`${group.id} had committed no offset`);
        const lag = await asking(context, async (log) =>
          behind(await committed(log, context, group), await log.endOffsets(group.topics)),
        );
        if (lag < moved) throw new Error(`${group.id} is ${lag} messages behind after a move back by ${moved}`);
        return `${group.id} was moved back by ${moved} messages and is ${lag} behind`;
      },
      async heal() {
        restartedAt = Date.now();
        await Promise.all(consumers.map(startAgain));
      },
      async verifyHealed() {
        const left = await asking(context, async (log) => {
          for (const deadline = Date.now() + drainedWithinMs; ; await delay(lookEveryMs)) {
            const undone = behind(await committed(log, context, group), before);
            if (undone === 0 || Date.now() > deadline || context.signal.aborted) return undone;
          }
        });
        if (left > 0) throw new Error(`${left} of the ${moved} messages were not consumed again`);
        return `${namesOf(consumers)} drained the ${moved} messages within ${Date.now() - restartedAt} ms`;
      },
    };
  },

  draw: {
    places: ({ groups, processes }) => (processes.length > 0 ? groups : []),
    moreMs: 8_000,
    parameters: (group, _, dice) => ({ group, count: dice.between(10, 300, 10) }),
    // Every process is stopped, and each must be able to start again.
    touches: (_, offer) => everythingOf(offer),
  },
  alertedBy: ['ConsumerLagHigh', 'DecisionsStalled', 'ProcessDown'],
  trials: [
    {
      with: { count: 5 },
      seen: /inventory was moved back by \d+ messages and is \d+ behind; inventory-worker-0, inventory-worker-1 drained the \d+ messages/,
    },
  ],
  page: {
    strikes:
      "The consumers are stopped cleanly (SIGTERM), since the broker moves no offsets of a group with members; then each partition's offset is moved back by `count`, not below 0, as `kafka-consumer-groups --reset-offsets --shift-by` does, and they are started again. Unlike [redelivery](redelivery.md), which appends records anew, these are the same records at the same offsets, in their own order.",
    example: { group: 'inventory', count: 5_000 },
    struckShownBy: "the group's lag, read from the broker: at least the messages moved back",
    healedShownBy: 'within 60 s the group has committed up to where it was',
    limits: 'processes that the harness starts and that leave their group when stopped; an offset committed before',
    lookFor:
      'Duplicate effects; answers that change; a catch-up that starves new records; deduplication that remembers less than was moved back.',
  },
});

function groupOf({ target }: FaultContext, wanted: string | undefined): ConsumerGroup {
  const known = target.consumerGroups;
  const group = wanted === undefined ? known[0] : known.find(({ id }) => id === wanted);
  if (group !== undefined) return group;
  throw badInput(
    known.length === 0
      ? `consumer-backlog: ${target.name} has no consumer group`
      : `consumer-backlog: ${target.name} has no consumer group '${wanted}'; it has ${known.map(({ id }) => id).join(', ')}`,
  );
}

async function asking<T>({ stack }: FaultContext, ask: (log: KafkaLog) => Promise<T>): Promise<T> {
  await using log = new KafkaLog(stack.direct.kafka);
  return await ask(log);
}

const committed = (log: KafkaLog, { target }: FaultContext, { id, topics }: ConsumerGroup): Promise<Offsets> =>
  log.committed(id, new Map(topics.map((topic) => [topic, target.needs.topics[topic]?.partitions ?? 0])));

/** How many messages some offsets are behind others, summed over partitions. */
const behind = (offsets: Offsets, others: Offsets): number =>
  [...others].reduce(
    (sum, [topic, partitions]) =>
      sum +
      partitions.reduce<number>(
        (more, other, partition) => more + Math.max(0, (other ?? 0) - (offsets.get(topic)?.[partition] ?? 0)),
        0,
      ),
    0,
  );

/** Commits for a group without members; resolves to how far it moved all partitions back in total. */
async function moveBack(
  { stack, signal }: FaultContext,
  { id, topics }: ConsumerGroup,
  from: Offsets,
  count: number,
): Promise<number> {
  const to = new Map(
    [...from].map(([topic, all]) => [topic, all.map((offset) => offset && Math.max(0, offset - count))]),
  );
  const moved = behind(to, from);
  if (moved === 0) return 0;
  const admin = new Admin({
    clientId: 'toofan-fault',
    bootstrapBrokers: stack.direct.kafka.brokers.map(parseBroker),
    timeout: answersWithinMs,
    retries: 0,
  });
  try {
    for (const deadline = Date.now() + emptyWithinMs; ; await delay(lookEveryMs)) {
      try {
        await admin.alterConsumerGroupOffsets({
          groupId: id,
          topics: topics.map((topic) => ({
            name: topic,
            partitionOffsets: (to.get(topic) ?? []).flatMap((offset, partition) =>
              offset === null ? [] : [{ partition, offset: BigInt(offset) }],
            ),
          })),
        });
        return moved;
      } catch (error) {
        if (Date.now() > deadline || signal.aborted)
          throw new Error(`cannot move the offsets of ${id}: ${(error as Error).message}`, { cause: error });
      }
    }
  } finally {
    await admin.close();
  }
}
