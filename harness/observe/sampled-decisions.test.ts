import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { LogRecord } from '../target/target.ts';
import { SampledDecisions } from './sampled-decisions.ts';

/** A log whose partition holds these records, and returns all new ones on each read. */
function logOf(decisions: readonly { op: number; answer: string; atMs: number }[]) {
  return {
    readSome: async (_: unknown, offset: number, __: number, onRecord: (record: LogRecord) => void) => {
      for (const { op, answer, atMs } of decisions.slice(offset)) {
        const place = { topic: 'decisions', partition: 0, offset: 0, key: null };
        onRecord({ ...place, timestampMs: atMs, value: JSON.stringify({ op, answer }) });
      }
      await delay(1);
      return decisions.length;
    },
  };
}
const target = {
  decode: ({ value }: LogRecord) => {
    const { op, answer } = JSON.parse(value ?? '') as { op: number; answer: string };
    return { op, answer, key: 'k', mode: 'full', reason: null } as const;
  },
};

test('counts what serves, of what was planned after the warm-up, anew each time that it is asked', async () => {
  const log = logOf([
    { op: 0, answer: 'confirmed', atMs: 1_000 },
    { op: 1, answer: 'shed', atMs: 1_010 },
    { op: 2, answer: 'confirmed', atMs: 1_020 },
    { op: 3, answer: 'confirmed', atMs: 7_000 },
    { op: 4, answer: 'confirmed', atMs: 1_040 },
  ]);
  await using decisions = new SampledDecisions(
    log,
    target,
    { topic: 'decisions', partition: 0, offset: 0 },
    {
      plannedAtMs: (op) => (op === 0 ? undefined : 1_000),
      serves: (answer, latencyMs) => answer === 'confirmed' && latencyMs <= 5_000,
    },
  );
  await expect.poll(() => decisions.p99Ms()).not.toBeNull();
  expect(decisions.servedShare()).toBe(0.5);
  expect(decisions.servedShare()).toBeNull();
  // The slowest of four; the histogram keeps three digits.
  expect(decisions.p99Ms()).toBeCloseTo(6_000, -1);
});

test('knows nothing before the first decision', async () => {
  await using decisions = new SampledDecisions(
    logOf([]),
    target,
    { topic: 'decisions', partition: 0, offset: 0 },
    { plannedAtMs: () => 0, serves: () => true },
  );
  expect([decisions.servedShare(), decisions.p99Ms()]).toEqual([null, null]);
});
