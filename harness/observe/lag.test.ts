import { expect, it } from 'vitest';
import { LagClock } from './lag.ts';

it('says how long ago the log ended where the group stands now', () => {
  const clock = new LagClock();
  expect(clock.seconds(0, { end: 0, consumed: 0 })).toBe(0);
  // 90 of 100 messages that came evenly within this second are done: its last tenth is the lag.
  expect(clock.seconds(1_000, { end: 100, consumed: 90 })).toBeCloseTo(0.1);
  expect(clock.seconds(2_000, { end: 200, consumed: 100 })).toBeCloseTo(1);
  expect(clock.seconds(3_000, { end: 200, consumed: 150 })).toBeCloseTo(1.5);
  expect(clock.seconds(4_000, { end: 200, consumed: 200 })).toBe(0);
});

it('gives the least that it knows where the group stands before the first look', () => {
  const clock = new LagClock();
  clock.seconds(0, { end: 500, consumed: 400 });
  expect(clock.seconds(2_000, { end: 600, consumed: 450 })).toBe(2);
});
