import { setTimeout as delay } from 'node:timers/promises';
import type { ConsumerGroup, Target } from '../target/target.ts';
import type { KafkaLog } from './kafka-log.ts';
import { fiveTimesASecondMs, type Probe, type Reading } from './probe.ts';

/** The groups' positions at one moment. Sums over all partitions of a group's topics. */
export interface GroupLag {
  readonly group: string;
  readonly end: number;
  readonly consumed: number;
  readonly messages: number;
}

/**
 * Each group's lag in messages. It changes with the group's commits, so it is an upper bound: processed but uncommitted messages
 * count as lag, and a transaction's markers count as messages.
 */
export async function groupLags(
  log: KafkaLog,
  groups: readonly ConsumerGroup[],
  starts: ReadonlyMap<string, readonly number[]>,
): Promise<GroupLag[]> {
  const topics = [...new Set(groups.flatMap((group) => group.topics))];
  const ends = await log.endOffsets(topics);
  return Promise.all(
    groups.map(async (group) => {
      const partitions = new Map(group.topics.map((topic) => [topic, ends.get(topic)?.length ?? 0]));
      const committed = await log.committed(group.id, partitions);
      let end = 0;
      let consumed = 0;
      for (const topic of group.topics) {
        const start = starts.get(topic) ?? [];
        ends.get(topic)?.forEach((offset, partition) => {
          const from = start[partition] ?? 0;
          end += offset - from;
          consumed += Math.max(0, (committed.get(topic)?.[partition] ?? from) - from);
        });
      }
      return { group: group.id, end, consumed, messages: Math.max(0, end - consumed) };
    }),
  );
}

/** The positions of groups and decisions at the last sample. */
export interface Progress {
  /** Records on the decision topics since the start. */
  readonly decided: number;
  /** The group with the largest lag; undefined if the target has none. */
  readonly furthestBehind: GroupLag | undefined;
}

/**
 * Each group's lag in messages, the decisions so far, and whether the broker answers: probes `lag`, `decided`, `up`. `progress`
 * is from the last sample.
 */
export function lagProbe(
  log: KafkaLog,
  target: Pick<Target, 'needs' | 'consumerGroups'>,
  starts: ReadonlyMap<string, readonly number[]>,
): Probe & { progress(): Progress } {
  const decisionTopics = Object.entries(target.needs.topics).flatMap(([topic, { role }]) =>
    role === 'decisions' ? [topic] : [],
  );
  let progress: Progress = { decided: 0, furthestBehind: undefined };
  const decidedSoFar = async (): Promise<number> => {
    const ends = await log.endOffsets(decisionTopics);
    return decisionTopics
      .flatMap((topic) => (ends.get(topic) ?? []).map((end, partition) => end - (starts.get(topic)?.[partition] ?? 0)))
      .reduce((sum, count) => sum + count, 0);
  };
  return {
    everyMs: fiveTimesASecondMs,
    progress: () => progress,
    async sample(): Promise<Reading[]> {
      const decided = await inTime(decidedSoFar());
      if (decided === null) return [{ probe: 'up', subject: 'kafka', value: 0, unit: '' }];
      // Whether it knows its groups is another matter: their topic is created on first use.
      const lags = await inTime(groupLags(log, target.consumerGroups, starts));
      const furthest = lags?.toSorted((a, b) => b.messages - a.messages)[0];
      progress = { decided, furthestBehind: furthest ?? progress.furthestBehind };
      return [
        { probe: 'up', subject: 'kafka', value: 1, unit: '' },
        { probe: 'decided', subject: null, value: decided, unit: 'records' },
        ...(lags ?? []).map(({ group, messages }) => ({
          probe: 'lag',
          subject: group,
          value: messages,
          unit: 'messages',
        })),
      ];
    },
  };
}

/** Requests to a broker that is down take long to fail; that it is down is reported in time all the same. */
async function inTime<T>(asked: Promise<T>): Promise<T | null> {
  const patience = new AbortController();
  const tooLate = delay(downAfterMs, null, { signal: patience.signal }).catch(() => null);
  try {
    return await Promise.race([asked, tooLate]);
  } catch {
    return null;
  } finally {
    patience.abort();
    asked.catch(() => undefined);
  }
}

const downAfterMs = 1_000;

/**
 * An estimate of lag in seconds from message counts: how long ago the end of the log was where the group is now, interpolated
 * between two samples. The judge computes it exactly afterwards.
 */
export class LagClock {
  readonly #ends: { at: number; end: number }[] = [];

  /** `now` in milliseconds; the result in seconds. Keeps up to ten minutes. */
  seconds(now: number, { end, consumed }: Pick<GroupLag, 'end' | 'consumed'>): number {
    this.#ends.push({ at: now, end });
    while (this.#ends.length > 600) this.#ends.shift();
    if (consumed >= end) return 0;
    const reached = this.#ends.findLastIndex((look) => look.end <= consumed);
    const [before, after] = [this.#ends[reached], this.#ends[reached + 1]];
    // Further back than recorded: a lower bound.
    if (before === undefined || after === undefined) return (now - (this.#ends[0]?.at ?? now)) / 1000;
    const share = (consumed - before.end) / (after.end - before.end);
    return (now - before.at - share * (after.at - before.at)) / 1000;
  }
}
