import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';

/** A raw record. */
export interface Arrived {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** The broker's timestamp, epoch ms. */
  readonly appendedAtMs: number;
}

/**
 * `signal` is aborted once the group continues without this worker, or the worker is stopping: waiting work must give the records
 * back.
 */
type Handle = (records: readonly Arrived[], commit: () => Promise<void>, signal: AbortSignal) => Promise<void>;

export interface ConsumeOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly sessionTimeoutMs: number;
  /**
   * Everything from one fetch, of all partitions, each in order. Offsets are committed once it resolves; if it rejects, the
   * records are redelivered. `commit` commits them earlier (a broken variant does).
   */
  readonly handle: Handle;
  readonly afterCommit?: () => void;
  /** Consecutive failed attempts after which kafkajs restarts with fresh connections. */
  readonly retries?: number;
  readonly fetchLimits?: Partial<FetchLimits>;
  /** Aborted when the worker is stopping. */
  readonly stopping?: AbortSignal;
  /** The group has assigned partitions to this worker, at the start or after a rebalance. */
  readonly onJoined: () => void;
  readonly onError: (error: unknown) => void;
  /** kafkajs gave up; the records go to whoever takes the worker's place. */
  readonly onCrash: () => void;
}

/** Bytes per fetch, for a partition and in total: the amount in memory at once, however long the backlog. */
interface FetchLimits {
  readonly maxBytesPerPartition: number;
  readonly maxBytes: number;
  /** How long the broker gathers records when there are few; polling costs both sides something each time. */
  readonly maxWaitMs: number;
}
const smallFetches: FetchLimits = { maxBytesPerPartition: 128 * 1024, maxBytes: 1024 * 1024, maxWaitMs: 20 };
/** The broker gathers this much, or waits this long, before it answers: fewer, larger transactions at a high rate. */
const minBytes = 64 * 1024;
/** More partitions than any worker has: all batches of one fetch are handed over in the same turn. */
const concurrency = 64;

interface Waiting {
  readonly payload: EachBatchPayload;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Consumes with one `handle` per fetch instead of one per partition, so that one transaction, one produce request and one offset
 * commit serve them all. kafkajs starts a fetch's batches in one turn of the event loop and fetches again when all have ended:
 * this gathers them, and provides back-pressure.
 */
export async function consume(kafka: Kafka, options: ConsumeOptions): Promise<Consumer> {
  const { maxBytesPerPartition, maxBytes, maxWaitMs } = { ...smallFetches, ...options.fetchLimits };
  const consumer = kafka.consumer({
    groupId: options.groupId,
    sessionTimeout: options.sessionTimeoutMs,
    rebalanceTimeout: Math.max(options.sessionTimeoutMs, 10_000),
    heartbeatInterval: Math.floor(options.sessionTimeoutMs / 6),
    maxBytesPerPartition,
    maxBytes,
    minBytes,
    maxWaitTimeInMs: maxWaitMs,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: options.retries ?? 30 },
  });
  consumer.on(consumer.events.GROUP_JOIN, () => options.onJoined());
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    options.onError(payload.error);
    if (!payload.restart) options.onCrash();
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [...options.topics], fromBeginning: true });
  let waiting: Waiting[] = [];
  const gather = (): void => {
    const group = waiting;
    waiting = [];
    handleGroup(group, options).then(
      () => group.forEach(({ resolve }) => resolve()),
      (error: unknown) => group.forEach(({ reject }) => reject(error)),
    );
  };
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: concurrency,
    eachBatch: (payload) =>
      new Promise<void>((resolve, reject) => {
        if (waiting.length === 0) setImmediate(gather);
        waiting.push({ payload, resolve, reject });
      }),
  });
  return consumer;
}

async function handleGroup(group: readonly Waiting[], options: ConsumeOptions): Promise<void> {
  const [first] = group;
  // A partition that was sought elsewhere meanwhile is fetched again from there.
  const payloads = group.map(({ payload }) => payload).filter((payload) => !payload.isStale());
  if (first === undefined || payloads.length === 0) return;
  const superseded = new AbortController();
  const stop = () => superseded.abort(options.stopping?.reason);
  options.stopping?.addEventListener('abort', stop);
  // A store that is down for long must not look like a dead worker.
  const beat = setInterval(() => {
    first.payload.heartbeat().catch((error: unknown) => {
      // A rebalance is handled when this group's batches have ended.
      if (isGoingOn(error)) superseded.abort(error);
    });
  }, options.sessionTimeoutMs / 6);
  try {
    const records = payloads.flatMap(({ batch: { topic, partition, messages } }) =>
      messages.map(({ offset, key, value, timestamp }) => {
        return { topic, partition, offset, key, value, appendedAtMs: Number(timestamp) };
      }),
    );
    const commit = () => first.payload.commitOffsetsIfNecessary(offsetsAfter(payloads));
    await options.handle(records, commit, superseded.signal);
    await commit();
    options.afterCommit?.();
  } catch (error) {
    options.onError(error);
    throw error;
  } finally {
    clearInterval(beat);
    options.stopping?.removeEventListener('abort', stop);
  }
}

/** The coordinator's errors for a member that must rejoin. */
const isGoingOn = (error: unknown): boolean =>
  ['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID'].includes(
    (error as { type?: string }).type ?? '',
  );

/** The offsets to continue from: one past the last record of each partition. */
const offsetsAfter = (payloads: readonly EachBatchPayload[]) => ({
  topics: payloads.map(({ batch }) => ({
    topic: batch.topic,
    partitions: [{ partition: batch.partition, offset: String(BigInt(batch.lastOffset()) + 1n) }],
  })),
});
