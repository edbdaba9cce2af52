import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { badInput } from '../errors.ts';
import type { KafkaLog } from '../observe/kafka-log.ts';
import { story } from '../scenario/time.ts';
import { waitUntilDrained } from './drain.ts';

// Node's own promise timers do not know the test's fake clock.
vi.mock(import('node:timers/promises'), async (actual) => ({
  ...(await actual()),
  setTimeout: <Value>(afterMs?: number, value?: Value) =>
    new Promise<Value>((resolve) => setTimeout(() => resolve(value as Value), afterMs)),
}));

const target = {
  needs: { topics: { orders: { partitions: 1, role: 'input' } }, postgres: {}, redis: false },
  consumerGroups: [{ id: 'shop', topics: ['orders'] }],
} as const;
const starts = new Map([['orders', [0]]]);
const never = new AbortController().signal;

/**
 * A log of ten records. Each query of the group's offset returns the next of these; an error is a broker that does not answer.
 */
function logThatSays(...said: (number | Error)[]): KafkaLog {
  let look = 0;
  const log: Pick<KafkaLog, 'endOffsets' | 'committed'> = {
    endOffsets: async () => new Map([['orders', [10]]]),
    committed: async () => {
      const now = said[Math.min(look++, said.length - 1)] ?? 0;
      if (now instanceof Error) throw now;
      return new Map([['orders', [now]]]);
    },
  };
  return log as KafkaLog;
}

/** Decisions on ten orders; each query of the decision log returns the next of these. */
function decisionsThatSay(...said: number[]): KafkaLog {
  let look = 0;
  const log: Pick<KafkaLog, 'endOffsets' | 'committed'> = {
    endOffsets: async () =>
      new Map([
        ['orders', [10]],
        ['decisions', [said[Math.min(look++, said.length - 1)] ?? 0]],
      ]),
    committed: async () => new Map(),
  };
  return log as KafkaLog;
}

const topics = { orders: { partitions: 1, role: 'input' }, decisions: { partitions: 1, role: 'decisions' } } as const;
const silent = { needs: { topics, postgres: {}, redis: false }, consumerGroups: [] } as const;
const backlog = [{ store: 'main', sql: 'SELECT 0 AS open' }];
const waits = (one: Parameters<typeof waitUntilDrained>[1], open: () => Promise<number>, more = {}) => {
  const wait = { deadlineMs: 60_000, ...more };
  return waitUntilDrained(decisionsThatSay(4, 5), one, new Map(), wait, never, open);
};
const none = () => Promise.resolve(0);
const asksWrongly = () => Promise.reject(badInput('no column'));

/** How long it waited, and its result. */
const after = async (waiting: Promise<number | null>) => {
  const begun = Date.now();
  let seconds = -1;
  const settled = waiting.then((at) => {
    seconds = (Date.now() - begun) / 1000;
    return at;
  });
  await vi.advanceTimersByTimeAsync(70_000);
  return { drained: (await settled) !== null, seconds };
};

describe('waiting for a pipeline without consumer groups', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is not known to be drained by its silence alone', async () => {
    expect(await after(waits(silent, none))).toMatchObject({ drained: false });
  });

  it('is drained once its books hold nothing and it has been quiet', async () => {
    const found = await after(waits({ ...silent, backlog }, none));
    expect(found.drained).toBe(true);
    expect(found.seconds).toBeLessThan(4);
  });

  it('is not drained while its books hold something, however quiet it is', async () => {
    expect((await after(waits({ ...silent, backlog }, () => Promise.resolve(5)))).drained).toBe(false);
    let looks = 0;
    const found = await after(waits({ ...silent, backlog }, async () => (++looks > 200 ? 0 : 1)));
    expect(found.drained).toBe(true);
    expect(found.seconds).toBeGreaterThan(20);
  });

  it('must be quiet for longer than the longest pause of its own', async () => {
    const paused = { ...silent, longestPause: story('30min') };
    const found = await after(waits(paused, none, { timeScale: 180 }));
    expect(found.drained).toBe(true);
    expect(found.seconds).toBeGreaterThan(10);
    expect((await after(waits({ ...silent, longestPause: '80s' }, none))).drained).toBe(false);
  });
});

describe('waiting for a drain', () => {
  it('asks a broker that does not answer yet again', async () => {
    const away = new Error('the coordinator is loading');
    const before = Date.now() * 1000;
    const drainedAt = await waitUntilDrained(
      logThatSays(away, 4, away, 10),
      target,
      starts,
      { deadlineMs: 5_000 },
      never,
    );
    expect(drainedAt).toBeGreaterThanOrEqual(before);
  });

  it('is null where the group has not come to the end by the deadline', async () => {
    expect(
      await waitUntilDrained(logThatSays(new Error('loading'), 4), target, starts, { deadlineMs: 300 }, never),
    ).toBe(null);
  });

  it('rejects with what to blame where the broker says nothing up to the deadline', async () => {
    await expect(
      waitUntilDrained(logThatSays(4, new Error('refused')), target, starts, { deadlineMs: 300 }, never),
    ).rejects.toThrow("could not read the consumers' progress 0.3 s after the load ended: refused");
  });

  it('does not ask again what the target itself asks wrongly', async () => {
    await expect(
      waitUntilDrained(logThatSays(10), target, starts, { deadlineMs: 5_000 }, never, asksWrongly),
    ).rejects.toThrow('no column');
  });
});
