import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import type { ICustomPartitioner, Producer } from 'kafkajs';
import type { Addresses, ProcessContext, ProcessSpec } from 'toofan';
import { renewedProducer } from './renewed-producer.ts';

/** A worker's environment; `workerSpec` writes it. */
export interface WorkerEnvironment {
  readonly stack: Addresses;
  /** Base URLs of the services it calls, by name. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly port: number;
  /** Where it listens: loopback, except in a container, which has only its own network. */
  readonly host: string;
  readonly instance: string;
  readonly timeScale: number;
  readonly sessionTimeoutMs: number;
  /** Where the workers of one service keep the responders' switches. */
  readonly switchesFile: string;
}

/** How long a killed worker's partitions wait for another; the broker's `group.min.session.timeout.ms` must allow it. */
export const sessionTimeoutMs = 3_000;

/** A worker of this repository as a separate process, ready once its group has assigned it partitions. */
export function workerSpec(
  name: string,
  file: URL,
  context: ProcessContext,
  options: {
    count: number;
    memoryLimitMiB: number;
    env?: Readonly<Record<string, string>>;
    restart?: 'always';
  },
): ProcessSpec {
  return {
    name,
    // A larger young generation: a batch's garbage dies before it is copied twice.
    command: [
      process.execPath,
      '--max-semi-space-size=32',
      '--max-old-space-size=128',
      '--disable-warning=TimeoutNegativeWarning',
      fileURLToPath(file),
    ],
    env: {
      TOOFAN_STACK: JSON.stringify(context.stack),
      TOOFAN_DEPENDENCIES: JSON.stringify(context.dependencies),
      TOOFAN_TIME_SCALE: String(context.timeScale),
      TOOFAN_SESSION_TIMEOUT_MS: String(sessionTimeoutMs),
      // One for all instances, and for one drill: it is removed with the session's temporary folder.
      TOOFAN_SWITCHES: `switches-${randomUUID()}.json`,
      KAFKAJS_NO_PARTITIONER_WARNING: '1',
      ...options.env,
    },
    count: options.count,
    memoryLimitMiB: options.memoryLimitMiB,
    ...(options.restart !== undefined && { restart: options.restart }),
    ready: { path: '/healthz' },
  };
}

export function readEnvironment(env: NodeJS.ProcessEnv): WorkerEnvironment {
  const stack = env['TOOFAN_STACK'];
  if (stack === undefined) throw new Error('TOOFAN_STACK is not set: it holds the addresses of the stores as JSON');
  const number = (name: string, otherwise: number): number => {
    const value = Number(env[name] ?? otherwise);
    if (!Number.isFinite(value) || value < 0) throw new Error(`${name} must be a number from 0, is ${env[name]}`);
    return value;
  };
  return {
    stack: JSON.parse(stack) as Addresses,
    dependencies: JSON.parse(env['TOOFAN_DEPENDENCIES'] ?? '{}') as Record<string, string>,
    port: number('PORT', 0),
    host: env['HOST'] ?? '127.0.0.1',
    instance: env['INSTANCE'] ?? '0',
    timeScale: number('TOOFAN_TIME_SCALE', 1),
    sessionTimeoutMs: number('TOOFAN_SESSION_TIMEOUT_MS', sessionTimeoutMs),
    switchesFile: join(tmpdir(), env['TOOFAN_SWITCHES'] ?? `switches-${randomUUID()}.json`),
  };
}

/** How long a worker waits for Kafka before it retries, and how often; default: the client's own values. */
export interface KafkaPatience {
  readonly connectWithinMs: number;
  readonly answerWithinMs: number;
  readonly retries: number;
}
const retries = 30;

/** kafkajs cuts a broker's address at its first colon, but `[::1]:9092` has more. */
const inOneWord = (bracketed: string) => `${bracketed.slice(1, -1).replaceAll(':', '!')}!`;
const fromOneWord = (host: string) => (host.endsWith('!') ? host.slice(0, -1).replaceAll('!', ':') : host);
const keepAliveAfterMs = 60_000;

/** Kafka client errors go to standard error, one JSON line each. */
export const openKafka = (environment: WorkerEnvironment, clientId: string, patience?: KafkaPatience): Kafka =>
  new Kafka({
    ...(patience !== undefined && {
      connectionTimeout: patience.connectWithinMs,
      requestTimeout: patience.answerWithinMs,
    }),
    clientId: `${clientId}-${environment.instance}`,
    brokers: environment.stack.kafka.brokers.map((broker) => broker.replace(/^\[.*\]/, inOneWord)),
    socketFactory: ({ host, port, onConnect }) =>
      connect({ host: fromOneWord(host), port }, onConnect).setKeepAlive(true, keepAliveAfterMs),
    logLevel: logLevel.WARN,
    logCreator:
      () =>
      ({ namespace, log }) =>
        logLine(`kafka ${namespace}: ${log.message}`, log['error'] ?? log['stack']),
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: patience?.retries ?? retries },
  });

/**
 * The partition that Kafka's own clients would choose, cached by key: kafkajs computes the hash with its own 64-bit numbers,
 * which costs more than the rest of a record. The cache is bounded by a catalogue's size.
 */
const rememberingPartitioner: ICustomPartitioner = () => {
  const choose = Partitioners.DefaultPartitioner();
  const byTopic = new Map<string, Map<string, number>>();
  const maxRemembered = 100_000;
  return (args) => {
    const { topic, message } = args;
    if (typeof message.key !== 'string') return choose(args);
    let chosen = byTopic.get(topic);
    if (chosen === undefined) byTopic.set(topic, (chosen = new Map()));
    let partition = chosen.get(message.key);
    if (partition === undefined) {
      partition = choose(args);
      if (chosen.size < maxRemembered) chosen.set(message.key, partition);
    }
    return partition;
  };
};

export async function openProducer(kafka: Kafka, patience?: KafkaPatience): Promise<Producer> {
  const producer = kafka.producer({
    createPartitioner: rememberingPartitioner,
    allowAutoTopicCreation: false,
    retry: { retries: patience?.retries ?? retries, maxRetryTime: 2_000 },
  });
  await producer.connect();
  return renewedProducer(producer);
}

export function logLine(message: string, detail?: unknown): void {
  const error = detail instanceof Error ? (detail.stack ?? detail.message) : detail;
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), message, error })}\n`);
}

/** Runs `stop` once at the first SIGTERM or SIGINT and then exits; exits with 1 if it fails or takes too long. */
export function stopOnSignal(stop: () => Promise<void>): void {
  const withinMs = 8_000;
  let stopping = false;
  const begin = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      logLine('did not stop in time');
      process.exit(1);
    }, withinMs).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logLine('did not stop cleanly', error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', begin);
  process.on('SIGINT', begin);
}
