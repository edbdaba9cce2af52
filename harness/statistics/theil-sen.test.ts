import { describe, expect, it } from 'vitest';
import { median, medianAbsoluteDeviation } from './median.ts';
import { theilSen } from './theil-sen.ts';

describe('median', () => {
  it('is the middle, or the mean of the two there', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([])]).toEqual([2, 2.5, null]);
    expect(medianAbsoluteDeviation([1, 1, 2, 2, 4, 6, 9])).toBe(1);
  });
});

const noise = (x: number) => 0.2 * Math.sin(x * 12.9898) * Math.cos(x * 78.233);
const line = (slope: number, noiseAt: (x: number) => number, n = 30) =>
  Array.from({ length: n }, (_, x) => [x, 0.1 + slope * x + noiseAt(x)] as const);

describe('Theil–Sen', () => {
  it('takes a line as it is, and lets outliers be', () => {
    expect(theilSen(line(0.05, () => 0))?.slope).toBeCloseTo(0.05, 12);
    expect(theilSen(line(0.05, (x) => (x % 9 === 0 ? 5 : 0)))?.slope).toBeCloseTo(0.05, 2);
  });

  it('agrees with a published bound: the example of Sen (1968), one-sided 95 %', () => {
    const points = [1, 2, 3, 4, 10, 12, 18].map((x, index) => [x, [9, 15, 19, 20, 45, 55, 78][index] ?? 0] as const);
    const found = theilSen(points);
    expect(found?.slope).toBeCloseTo(4, 1);
    // Sen's two-sided 93 % interval is 3.71 … 4.26; the lower bound of one side lies within it.
    expect(found?.low).toBeGreaterThanOrEqual(3.7);
    expect(found?.low).toBeLessThan(4);
  });

  it('finds a climb of 0.05 a second in noise and none in a level lag', () => {
    expect(theilSen(line(0.05, noise))?.low).toBeGreaterThan(0.01);
    expect(theilSen(line(0, noise))?.low).toBeLessThan(0.01);
  });

  it('says nothing of three points, and of a lag that never changed', () => {
    expect(theilSen(line(1, () => 0, 3))?.low).toBe(Number.NEGATIVE_INFINITY);
    expect(theilSen(line(0, () => 0))).toEqual({ slope: 0, low: 0 });
    expect(theilSen([[1, 1]])).toBeNull();
  });
});
