import { expect, it } from 'vitest';
import { Turns } from './turn.ts';

const settings = { latencyMs: 20, errorShare: 0, capacityPerSecond: 100, rateLimitPerSecond: null };

it('works on one request after the other, at its capacity', () => {
  const turns = new Turns();
  expect([0, 0, 0].map((now) => turns.next(now, settings).inMs)).toEqual([20, 30, 40]);
  // After a pause nobody waits.
  expect(turns.next(1_000, settings)).toEqual({ status: 200, inMs: 20 });
});

it('fails exactly the share that it was told', () => {
  const turns = new Turns();
  const failing = { ...settings, errorShare: 0.25 };
  const statuses = Array.from({ length: 8 }, (_, index) => turns.next(index * 100, failing).status);
  expect(statuses.filter((status) => status === 500)).toHaveLength(2);
});

it('refuses what is beyond the limit of a second, and begins anew with the next', () => {
  const turns = new Turns();
  const limited = { ...settings, rateLimitPerSecond: 2 };
  expect([0, 1, 2, 999, 1_000].map((now) => turns.next(now, limited).status)).toEqual([200, 200, 429, 429, 200]);
});

it('turns away what would wait longer than half a minute', () => {
  const turns = new Turns();
  const slow = { ...settings, capacityPerSecond: 0.1 };
  expect([0, 0, 0, 0, 0].map((now) => turns.next(now, slow).status)).toEqual([200, 200, 200, 200, 503]);
});
