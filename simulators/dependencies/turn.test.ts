import { expect, it } from 'vitest';
import { flawless } from './settings.ts';
import { Turns } from './turn.ts';

const settings = { ...flawless, latencyMs: 20, capacityPerSecond: 100 };

it('works on one request after the other, at its capacity', () => {
  const turns = new Turns();
  expect([0, 0, 0].map((now) => turns.next(now, settings).inMs)).toEqual([20, 30, 40]);
  // After a pause nobody waits.
  expect(turns.next(1_000, settings)).toEqual({ status: 200, worked: true, inMs: 20, lateMs: 0 });
});

it('takes a batch for as many as are in it: it is done with its last, and those behind wait for all', () => {
  const turns = new Turns();
  expect([5, 1, 2].map((units) => turns.next(0, settings, units).inMs)).toEqual([60, 70, 90]);
  const limited = { ...settings, rateLimitPerSecond: 100 };
  expect([60, 60, 40, 1].map((units) => turns.next(2_000, limited, units).status)).toEqual([200, 429, 200, 429]);
});

it('fails exactly the share that it was told, and does not work on those', () => {
  const turns = new Turns();
  const failing = { ...settings, errorShare: 0.25 };
  const all = Array.from({ length: 8 }, (_, index) => turns.next(index * 100, failing));
  expect(all.filter(({ status, worked }) => status === 500 && !worked)).toHaveLength(2);
  expect(all.filter(({ status, worked }) => status === 200 && worked)).toHaveLength(6);
});

it('works on exactly the share that it is to fail after the work', () => {
  const turns = new Turns();
  const failing = { ...settings, errorAfterShare: 0.5 };
  const all = Array.from({ length: 8 }, (_, index) => turns.next(index * 100, failing));
  expect(all.filter(({ status, worked }) => status === 500 && worked)).toHaveLength(4);
});

it('is late with its answer, not with its work, for exactly the share that it was told', () => {
  const turns = new Turns();
  const late = { ...settings, lateShare: 0.25, lateByMs: 3_000 };
  const all = Array.from({ length: 8 }, (_, index) => turns.next(index * 100, late));
  expect(all.filter(({ lateMs }) => lateMs === 3_000)).toHaveLength(2);
  expect(all.every(({ status, inMs }) => status === 200 && inMs === 20)).toBe(true);
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
