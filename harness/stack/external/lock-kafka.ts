import { Admin, Consumer } from '@platformatic/kafka';
import { eventually, lookUntil, NotYet, notYet } from '../../eventually.ts';
import type { KafkaAddress } from '../stack.ts';
import { parseBroker } from '../where-load-may-go.ts';
import { type LockWatch, refused } from './lock-losses.ts';

const requestWithinMs = 10_000;
const pollMs = 500;
/**
 * How long Kafka counts a member whose process was killed; the others are detected at once. The minimum that a broker allows by
 * default is 6 s.
 */
const memberForMs = 8_000;
/** Brokers that never had a group first create the topic for all groups: fifty partitions, each with a leader. */
const coordinatedWithinMs = 30_000;
/** As long as any drill lasts. */
const rejoinForMs = 24 * 3_600_000;
const group = 'toofan-drill';

/** Membership in a group until `held` is disposed of; if it is removed from the group, the client rejoins by itself. */
export async function lockKafka(
  { brokers }: KafkaAddress,
  holder: string,
  watch: LockWatch,
  held: AsyncDisposableStack,
): Promise<void> {
  const options = {
    clientId: holder,
    bootstrapBrokers: brokers.map(parseBroker),
    timeout: requestWithinMs,
    connectTimeout: requestWithinMs,
    retries: 2,
  };
  const admin = new Admin(options);
  held.defer(() => admin.close());
  const members = () =>
    coordinated(async () =>
      [...((await admin.describeGroups({ groups: [group] })).get(group)?.members.values() ?? [])].map(
        ({ id, clientId }) => ({ id, clientId }),
      ),
    );
  const alone = async () => {
    const [other] = await members();
    return other === undefined ? true : new NotYet(refused('kafka', other.clientId));
  };
  await eventually(alone, { withinMs: memberForMs + 4_000, everyMs: pollMs });
  const consumer = new Consumer({ ...options, groupId: group });
  consumer.on('error', () => undefined);
  const ended = new AbortController();
  held.defer(async () => {
    ended.abort();
    await consumer.close().catch(() => undefined);
  });
  const join = () =>
    coordinated(() =>
      consumer.joinGroup({ sessionTimeout: memberForMs, rebalanceTimeout: memberForMs, heartbeatInterval: 2_000 }),
    );
  const own = await join();
  const second = (await members()).find(({ id }) => id !== own);
  if (second !== undefined) throw refused('kafka', second.clientId);

  const look = async () => {
    const isAnothers = (await members()).some(({ clientId }) => clientId !== holder);
    if (isAnothers) watch.takenByAnother();
    else watch.takenAgain();
  };
  const rejoined = () => join().then(look).catch(notYet);
  // Once removed from the group, the client rejoins by itself; if a broker does not answer, it gives up.
  consumer.on('consumer:rejoin', () => {
    watch.lost();
    void look().catch(() => undefined);
  });
  consumer.on('consumer:heartbeat:error', () => {
    watch.lost();
    void lookUntil(rejoined, { withinMs: rejoinForMs, everyMs: pollMs, signal: ended.signal });
  });
}

/** The answer of a group's coordinator, once there is one. */
const coordinated = <T>(ask: () => Promise<T>): Promise<T> =>
  eventually(
    () =>
      ask().catch((error: unknown) => {
        if (isUncoordinated(error)) return notYet(error);
        throw error;
      }),
    { withinMs: coordinatedWithinMs, everyMs: pollMs },
  );

const uncoordinated = new Set(['COORDINATOR_LOAD_IN_PROGRESS', 'COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR']);

/** Of the client's several errors one is enough: the others are from its own earlier attempts. */
const isUncoordinated = (error: unknown): boolean =>
  error instanceof AggregateError
    ? error.errors.some(isUncoordinated)
    : error instanceof Error && 'apiId' in error && uncoordinated.has(String(error.apiId));
