import { Connection, ResponseError, listOffsetsV5, metadataV12 } from '@platformatic/kafka';

import { unavailable, UserError } from '../../../errors.ts';
import { type BrokerAddress, requireAllowed } from '../../../stack/where-load-may-go.ts';

/** Who leads which partition; null if the broker knows of no leader. */
export type Leaders = ReadonlyMap<string, readonly (BrokerAddress | null)[]>;

type MetadataResponse = Awaited<ReturnType<typeof metadataV12.api.async>>;
const timeoutMs = 2_000;

/**
 * The topics' leaders from the first broker that answers, if they already serve; a topic that does not exist has no partitions.
 * Throws a UserError: 69 with each broker's message if none answers, 65 if one redirects its clients to a host that may not get
 * load.
 */
export async function askLeaders(
  brokers: readonly BrokerAddress[],
  topics: readonly string[],
  allowedHosts: readonly string[],
): Promise<Leaders> {
  const failures: string[] = [];
  for (const broker of brokers) {
    try {
      const leaders = await connected(broker, async (connection) =>
        leadersOf(await errorsIncluded(metadataV12.api.async(connection, [...topics], false, false)), topics),
      );
      const hosts = new Set([...leaders.values()].flat().flatMap((leader) => leader?.host ?? []));
      const path = 'a Kafka broker sends clients to another address';
      await requireAllowed(
        [...hosts].map((host) => ({ path, host })),
        allowedHosts,
      );
      return await serving(leaders);
    } catch (error) {
      if (error instanceof UserError) throw error;
      failures.push(`${nameOf(broker)}: ${messageOf(error)}`);
    }
  }
  throw unavailable(
    `No Kafka broker returned the metadata of ${topics.join(', ')}:\n${failures.join('\n')}\n` +
      'Check that the stack is up and that the topics were made (a drill makes them before the load starts).',
  );
}

const nameOf = ({ host, port }: BrokerAddress): string => `${host}:${port}`;

async function connected<Answer>(
  { host, port }: BrokerAddress,
  ask: (connection: Connection) => Promise<Answer>,
): Promise<Answer> {
  const connection = new Connection('toofan-generator', { connectTimeout: timeoutMs, requestTimeout: timeoutMs });
  connection.on('error', () => undefined); // told by the promise below
  try {
    await connection.connect(host, port);
    return await ask(connection);
  } finally {
    await drop(connection);
  }
}

/**
 * Without leaders that do not serve their partition yet: a freshly started broker is named as the leader before it has loaded its
 * log, and until then answers "not leader" to every write. Requests for offsets get the same answer.
 */
async function serving(leaders: Leaders): Promise<Leaders> {
  const led = [...leaders].flatMap(([topic, partitions]) =>
    partitions.flatMap((leader, partition) => (leader === null ? [] : [{ topic, partition, leader }])),
  );
  const asked = [...Map.groupBy(led, ({ leader }) => nameOf(leader)).values()].map(async (places) => {
    const [first] = places;
    return first === undefined ? [] : servedBy(first.leader, places).catch(() => []);
  });
  const served = new Set((await Promise.all(asked)).flat());
  return new Map(
    [...leaders].map(([topic, partitions]) => [
      topic,
      partitions.map((leader, partition) => (served.has(`${topic}/${partition}`) ? leader : null)),
    ]),
  );
}

/** The partitions, as `topic/partition`, for which the broker returns an offset. */
async function servedBy(
  broker: BrokerAddress,
  places: readonly { readonly topic: string; readonly partition: number }[],
): Promise<string[]> {
  const topics = [...Map.groupBy(places, ({ topic }) => topic)].map(([name, partitions]) => ({
    name,
    partitions: partitions.map(({ partition }) => ({
      partitionIndex: partition,
      currentLeaderEpoch: -1,
      timestamp: -1n,
    })),
  }));
  const offsets = await connected(broker, (connection) =>
    errorsIncluded(listOffsetsV5.api.async(connection, -1, 0, topics)),
  );
  return offsets.topics.flatMap(({ name, partitions }) =>
    partitions.flatMap(({ errorCode, partitionIndex }) => (errorCode === 0 ? [`${name}/${partitionIndex}`] : [])),
  );
}

/** The library turns one partition's error into an error of the whole answer; the rest comes with it. */
const errorsIncluded = <Response>(answer: Promise<Response>): Promise<Response> =>
  answer.catch((error: unknown) => {
    if (error instanceof ResponseError && 'response' in error) return error.response as Response;
    throw error;
  });

function leadersOf(metadata: MetadataResponse, topics: readonly string[]): Leaders {
  const brokers = new Map(metadata.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]));
  const leaders = new Map<string, (BrokerAddress | null)[]>(topics.map((topic) => [topic, []]));
  for (const { name, partitions } of metadata.topics) {
    const list = typeof name === 'string' ? leaders.get(name) : undefined;
    for (const { partitionIndex, leaderId, errorCode } of partitions) {
      if (list) list[partitionIndex] = errorCode === 0 ? (brokers.get(leaderId) ?? null) : null;
    }
  }
  return leaders;
}

/** Closes a connection at once: a hanging broker reads nothing more, and a graceful close would wait for it. */
export async function drop(connection: Connection): Promise<void> {
  const closed = connection.close().catch(() => undefined); // fails only where it is closed already
  connection.socket.destroy();
  await closed;
}

/** An error with its root cause, in one line. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${messageOf(error.cause)})` : error.message;
}
