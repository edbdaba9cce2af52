import { setTimeout as delay } from 'node:timers/promises';
import type { Row } from '../history/schema.ts';
import type { TargetProcesses } from '../target/processes.ts';
import type { ReadModelReader, Target } from '../target/target.ts';
import type { KafkaLog } from './kafka-log.ts';
import { groupLags, LagClock } from './lag.ts';
import { residentMiB } from './memory.ts';

/** What is known while the drill runs, once a second. */
export interface Watched {
  /** Records on the decisions' topics since the start. */
  readonly decided: number;
  readonly lagMessages: number | null;
  readonly lagSeconds: number | null;
}

export interface WatchOptions {
  readonly log: KafkaLog;
  readonly target: Target;
  readonly processes: TargetProcesses;
  /** End offsets at the drill's start. */
  readonly starts: ReadonlyMap<string, readonly number[]>;
  readonly shelf: ReadModelReader | undefined;
  /** Keys to read from the shelf, as shoppers would: the popular ones more often. */
  readonly keysToRead: () => string[];
  readonly onSamples: (samples: readonly Row<'samples'>[]) => Promise<void>;
  readonly onWatched: (watched: Watched) => void;
}

const everyMs = 1_000;
const shelfEveryMs = 200;
const nowMicros = () => Math.round((performance.timeOrigin + performance.now()) * 1000);

/** Samples until `signal` is aborted. A probe that fails leaves a gap in its samples, never ends the drill. */
export async function watch(options: WatchOptions, signal: AbortSignal): Promise<void> {
  const clock = new LagClock();
  const waiting: Row<'samples'>[] = [];
  const keep = (sample: Row<'samples'>) => waiting.push(sample);
  await Promise.all([
    repeat(everyMs, signal, () => sampleLag(options, clock, keep)),
    repeat(everyMs, signal, () => sampleMemory(options, keep)),
    options.shelf === undefined ? undefined : repeat(shelfEveryMs, signal, () => sampleShelf(options, keep)),
    repeat(everyMs, signal, () => options.onSamples(waiting.splice(0))),
  ]);
  await options.onSamples(waiting);
}

type Keep = (sample: Row<'samples'>) => void;

/** Calls `sample` on a steady beat; a slow sample skips beats rather than piling up. */
async function repeat(periodMs: number, signal: AbortSignal, sample: () => Promise<void>): Promise<void> {
  const begun = performance.now();
  while (!signal.aborted) {
    await sample().catch(() => {});
    const untilBeat = periodMs - ((performance.now() - begun) % periodMs);
    await delay(untilBeat, undefined, { signal }).catch(() => {});
  }
}

async function sampleLag({ log, target, starts, onWatched }: WatchOptions, clock: LagClock, keep: Keep): Promise<void> {
  const began_at = nowMicros();
  const decisionTopics = Object.keys(target.needs.topics).filter(
    (topic) => target.needs.topics[topic]?.role === 'decisions',
  );
  const ends = await log.endOffsets(decisionTopics);
  const decided = decisionTopics
    .flatMap((topic) => (ends.get(topic) ?? []).map((end, partition) => end - (starts.get(topic)?.[partition] ?? 0)))
    .reduce((sum, count) => sum + count, 0);
  const lags = await groupLags(log, target.consumerGroups, starts);
  const at = nowMicros();
  for (const lag of lags)
    keep({ at, began_at, probe: 'lag', subject: lag.group, value: lag.messages, unit: 'messages' });
  const worst = lags.toSorted((a, b) => b.messages - a.messages)[0];
  onWatched({
    decided,
    lagMessages: worst?.messages ?? null,
    lagSeconds: worst === undefined ? null : clock.seconds(at / 1000, worst),
  });
}

async function sampleMemory({ processes }: WatchOptions, keep: Keep): Promise<void> {
  for (const { name, pid } of processes.instances) {
    if (pid === undefined) continue;
    const began_at = nowMicros();
    const value = await residentMiB(pid);
    if (value !== null) keep({ at: nowMicros(), began_at, probe: 'memory', subject: name, value, unit: 'MiB' });
  }
}

async function sampleShelf({ keysToRead, shelf }: WatchOptions, keep: Keep): Promise<void> {
  const keys = keysToRead();
  const began_at = nowMicros();
  const values = await shelf?.read(keys);
  const at = nowMicros();
  values?.forEach((value, index) => {
    if (value !== null) keep({ at, began_at, probe: 'shelf', subject: keys[index] ?? null, value, unit: 'units' });
  });
}
