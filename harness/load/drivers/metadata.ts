import { Connection, ResponseError, metadataV12 } from '@platformatic/kafka';

import { unavailable } from '../../errors.ts';

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

/** Who leads which partition; null where the broker that was asked knows of no leader. */
export type Leaders = ReadonlyMap<string, readonly (BrokerAddress | null)[]>;

type MetadataResponse = Awaited<ReturnType<typeof metadataV12.api.async>>;
const timeoutMs = 2_000;

/** `host:port`, the host of an IPv6 address in brackets. */
export function parseBroker(address: string): BrokerAddress {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(address.slice(colon + 1)) };
}

/**
 * The topics' leaders from the first broker that answers; a topic that does not exist has no partitions. Throws a
 * UserError (69) with what each broker said where none answers.
 */
export async function askLeaders(brokers: readonly BrokerAddress[], topics: readonly string[]): Promise<Leaders> {
  const failures: string[] = [];
  for (const { host, port } of brokers) {
    const connection = new Connection('toofan-generator', { connectTimeout: timeoutMs, requestTimeout: timeoutMs });
    connection.on('error', () => undefined); // told by the promise below
    try {
      await connection.connect(host, port);
      return leadersOf(await metadataV12.api.async(connection, [...topics], false, false).catch(incomplete), topics);
    } catch (error) {
      failures.push(`${host}:${port}: ${messageOf(error)}`);
    } finally {
      await drop(connection);
    }
  }
  throw unavailable(
    `No Kafka broker gives the metadata of ${topics.join(', ')}:\n${failures.join('\n')}\n` +
      'Check that the stack is up and that the topics were made (a drill makes them before the load starts).',
  );
}

/** Partitions without a leader are an error to the library; the answer comes with it. */
function incomplete(error: unknown): MetadataResponse {
  if (error instanceof ResponseError && 'response' in error) return error.response as MetadataResponse;
  throw error;
}

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

/** Closes a connection at once: a broker that hangs takes nothing more, and closing politely would wait for it. */
export async function drop(connection: Connection): Promise<void> {
  const closed = connection.close().catch(() => undefined); // fails only where it is closed already
  connection.socket.destroy();
  await closed;
}

/** An error with its innermost cause, in one line. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${messageOf(error.cause)})` : error.message;
}
