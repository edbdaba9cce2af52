import { expect, it } from 'vitest';
import { wallClock } from './wall-clock.ts';

const epoch = 1_700_000_000_000;

/** Clocks that advance by 10 µs per reading, and by more at the named readings: the process has lost its core. */
function clocks(losesMs: Readonly<Record<number, number>>) {
  let [nowMs, looks] = [0.3, 0];
  const look = () => {
    nowMs += 0.01 + (losesMs[looks] ?? 0);
    looks += 1;
    return nowMs;
  };
  return { wall: () => epoch + Math.floor(look()), monotonic: look, truth: () => epoch + nowMs };
}

it('tells fractions of a millisecond', () => {
  const { truth, ...both } = clocks({});
  const clock = wallClock(both);
  expect(Math.abs(clock() - truth())).toBeLessThan(0.05);
});

// Wherever the core is lost; the tick is seen at about the seventieth reading.
it.each(Array.from({ length: 40 }, (_, index) => 50 + index))(
  'is not misled by a process that loses its core at look %i',
  (at) => {
    const { truth, ...both } = clocks({ [at]: 144 });
    const clock = wallClock(both);
    expect(Math.abs(clock() - truth())).toBeLessThan(0.05);
  },
);

it('ends where every look takes long', () => {
  const { truth, ...both } = clocks(Object.fromEntries(Array.from({ length: 1_000 }, (_, look) => [look, 3])));
  const clock = wallClock(both);
  expect(Math.abs(clock() - truth())).toBeLessThan(10);
});
