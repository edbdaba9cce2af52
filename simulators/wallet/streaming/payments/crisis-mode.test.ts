import { describe, expect, it } from 'vitest';
import { CrisisMode } from './crisis-mode.ts';

const settings = { enterAbove: 1_000, leaveBelow: 500, leaveAfterMs: 2_000, windowMs: 1_000 };

/** So many payments every 10 ms for so long, from a given moment; whether crisis mode was on at the end of each second. */
function load(mode: CrisisMode, fromMs: number, seconds: number, perSecond: number): boolean[] {
  return Array.from({ length: seconds }, (_, second) => {
    let on = false;
    for (let at = 0; at < 1_000; at += 10) on = mode.observe(perSecond / 100, fromMs + second * 1_000 + at);
    return on;
  });
}

describe('crisis mode', () => {
  it('is off while the load is within the capacity', () => {
    expect(load(new CrisisMode(settings), 0, 10, 990)).not.toContain(true);
  });

  it('is entered by a load beyond it, stays while that has hardly fallen, and is left when it has fallen for a while', () => {
    const mode = new CrisisMode(settings);
    expect(load(mode, 0, 4, 2_000)).toEqual([true, true, true, true]);
    expect(load(mode, 4_000, 10, 600)).not.toContain(false);
    // The measure needs a moment to come down, followed by the two-second wait.
    expect(load(mode, 14_000, 6, 100)).toEqual([true, true, false, false, false, false]);
  });

  it('does not end in a pause that is too short', () => {
    const mode = new CrisisMode(settings);
    load(mode, 0, 2, 2_000);
    expect(load(mode, 2_000, 2, 0)).toEqual([true, true]);
    expect(load(mode, 4_000, 1, 900)).toEqual([true]);
    expect(load(mode, 5_000, 2, 0)).toEqual([true, true]);
  });

  it('takes one large fetch for the load that it is', () => {
    const mode = new CrisisMode(settings);
    expect(mode.observe(1_001, 50)).toBe(true);
    expect(new CrisisMode(settings).observe(1_000, 50)).toBe(false);
  });
});
