import { describe, expect, it } from 'vitest';
import { LagClock } from './lag.ts';

describe('lag in seconds, estimated from counts', () => {
  it('is how long ago the end stood where the group stands now', () => {
    const clock = new LagClock();
    expect(clock.seconds(0, { end: 100, consumed: 100 })).toBe(0);
    clock.seconds(1_000, { end: 1_000, consumed: 100 });
    expect(clock.seconds(3_000, { end: 2_000, consumed: 1_000 })).toBe(2);
  });

  it('counts from the first sample where the group has not moved since', () => {
    const clock = new LagClock();
    clock.seconds(0, { end: 100, consumed: 0 });
    expect(clock.seconds(5_000, { end: 200, consumed: 0 })).toBe(5);
  });
});
