import { describe, expect, test } from 'vitest';

import { randomBelow, randomFloat, randomUint32, weightedChoice } from './random.ts';

const draws = 100_000;
const floats = (seed: number, stream: number) =>
  Array.from({ length: draws }, (_, counter) => randomFloat(seed, counter, stream));

/** How many of the values fall into each of `bins` bins. */
function countBy(values: readonly number[], bins: number, binOf: (value: number) => number): number[] {
  const counts = Array.from({ length: bins }, () => 0);
  for (const value of values) counts[binOf(value)] = (counts[binOf(value)] ?? 0) + 1;
  return counts;
}

describe('counter-based random numbers', () => {
  // Computed from pcg4d's definition, independently of this code.
  test('are a pure function of seed, counter and stream', () => {
    expect(randomUint32(7, 123, 4)).toBe(randomUint32(7, 123, 4));
    expect([randomUint32(7, 0, 0), randomUint32(7, 1, 0), randomUint32(7, 0, 1), randomUint32(8, 0, 0)]).toEqual([
      1_047_051_914, 2_218_776_568, 2_773_818_265, 3_521_525_872,
    ]);
  });

  test('tell counters and seeds apart beyond 32 bits', () => {
    expect(randomUint32(1, 5 + 2 ** 32, 0)).not.toBe(randomUint32(1, 5, 0));
    expect(randomUint32(1 + 2 ** 40, 5, 0)).not.toBe(randomUint32(1, 5, 0));
  });

  test.each([
    [1, 1],
    [2, 1],
    [1, 2],
    [123_456_789, 7],
  ])('fill 100 bins evenly (seed %i, stream %i)', (seed, stream) => {
    const bins = countBy(floats(seed, stream), 100, (u) => Math.floor(u * 100));
    const expected = draws / 100;
    const chiSquare = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 99 degrees of freedom: mean 99, deviation 14; the draws are fixed, so this never flickers.
    expect(chiSquare).toBeGreaterThan(50);
    expect(chiSquare).toBeLessThan(160);
  });

  test.each([
    ['of neighbouring counters', (i: number) => randomFloat(1, i + 1, 1)],
    ['of neighbouring streams', (i: number) => randomFloat(1, i, 2)],
    ['of neighbouring seeds', (i: number) => randomFloat(2, i, 1)],
  ])('have no correlation with those %s', (_, other) => {
    let sum = 0;
    for (let i = 0; i < draws; i++) sum += (randomFloat(1, i, 1) - 0.5) * (other(i) - 0.5);
    const correlation = (sum / draws) * 12;
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(draws));
  });

  test('set every bit half of the time', () => {
    const words = Array.from({ length: draws }, (_, i) => randomUint32(3, i, 1));
    const ones = Array.from({ length: 32 }, (_, bit) => words.filter((word) => (word >>> bit) & 1).length);
    for (const count of ones) expect(Math.abs(count / draws - 0.5)).toBeLessThan(4 * 0.5 * draws ** -0.5);
  });

  test('stay below the bound and reach all of it', () => {
    const seen = new Set(Array.from({ length: 1_000 }, (_, i) => randomBelow(1, i, 1, 10)));
    expect([...seen].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('a weighted choice', () => {
  test('picks in proportion to the weights', () => {
    const weights = [5, 0, 1, 3, 1];
    const { pick, shares } = weightedChoice(weights);
    const counts = countBy(floats(1, 9), weights.length, pick);
    expect([...shares]).toEqual([0.5, 0, 0.1, 0.3, 0.1]);
    expect(counts[1]).toBe(0);
    counts.forEach((count, i) => expect(count / draws).toBeCloseTo(shares[i] ?? 0, 2));
  });

  test('of one picks it always', () => {
    const { pick } = weightedChoice([3]);
    expect([pick(0), pick(0.999_999)]).toEqual([0, 0]);
  });
});
