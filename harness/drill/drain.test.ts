import { describe, expect, it } from 'vitest';
import type { KafkaLog } from '../observe/kafka-log.ts';
import { waitUntilDrained } from './drain.ts';

const target = {
  needs: { topics: { orders: { partitions: 1, role: 'input' } }, postgres: {}, redis: false },
  consumerGroups: [{ id: 'shop', topics: ['orders'] }],
} as const;
const starts = new Map([['orders', [0]]]);
const never = new AbortController().signal;

/** A log of ten records; each look at its group says the next of these, an error being a broker that does not answer. */
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

describe('waiting for a drain', () => {
  it('asks a broker that does not answer yet again', async () => {
    const away = new Error('the coordinator is loading');
    const before = Date.now() * 1000;
    const drainedAt = await waitUntilDrained(logThatSays(away, 4, away, 10), target, starts, 5_000, never);
    expect(drainedAt).toBeGreaterThanOrEqual(before);
  });

  it('is null where the group has not come to the end by the deadline', async () => {
    expect(await waitUntilDrained(logThatSays(new Error('loading'), 4), target, starts, 300, never)).toBe(null);
  });

  it('rejects with what to blame where the broker says nothing up to the deadline', async () => {
    await expect(waitUntilDrained(logThatSays(4, new Error('refused')), target, starts, 300, never)).rejects.toThrow(
      'nobody says how far the pipeline has come, 0.3 s after the load: refused',
    );
  });
});
