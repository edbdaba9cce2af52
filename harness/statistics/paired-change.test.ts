import { expect, it } from 'vitest';
import { noiseOf } from './fixtures/noise.ts';
import { findable, pAbove, pairedChange, pairsToFind, reachOf } from './paired-change.ts';

const asked = { tail: 0.01, power: 0.9 };

it('reckons mean and deviation of the pairs, and their one-sided bounds', () => {
  const change = pairedChange([0.1, 0.2, 0.3]);
  expect(change).toEqual({ pairs: 3, mean: expect.closeTo(0.2, 12), deviation: expect.closeTo(0.1, 12) });
  expect(reachOf(change, 0.01)).toBeCloseTo((6.9646 * 0.1) / Math.sqrt(3), 4);
  expect(pAbove(change, 0.2)).toBeCloseTo(0.5, 12);
});

it('knows nothing of the noise of one pair', () => {
  const change = pairedChange([0.5]);
  expect([change.deviation, reachOf(change, 0.01), pAbove(change, 0)]).toEqual([null, Infinity, 1]);
});

it('takes what never varies at its word', () => {
  expect([pAbove(pairedChange([0, 0, 0]), 0.05), pAbove(pairedChange([0.1, 0.1, 0.1]), 0.05)]).toEqual([1, 0]);
});

// As simulated for this: SD of the pair's log ratio, pairs, smallest change found at one-sided 0.01 with power 0.9.
it.each([
  [0.03, 5, 0.076],
  [0.03, 10, 0.041],
  [0.05, 5, 0.126],
  [0.05, 10, 0.068],
  [0.1, 5, 0.25],
  [0.1, 10, 0.135],
])('noise %d in %i pairs finds a change of %d', (noise, pairs, change) => {
  const found = Math.expm1(findable(noise, pairs, asked));
  expect(found / change).toBeGreaterThan(0.93);
  expect(found / change).toBeLessThan(1.07);
});

it('counts the pairs that find it, and says where too many would be needed', () => {
  const pairs = pairsToFind(Math.log1p(0.05), 0.03, asked) ?? 0;
  expect(findable(0.03, pairs, asked)).toBeLessThanOrEqual(Math.log1p(0.05));
  expect(findable(0.03, pairs - 1, asked)).toBeGreaterThan(Math.log1p(0.05));
  expect(pairsToFind(0.0001, 0.1, asked, 200)).toBe(null);
});

it('alarms in one of a hundred at its limit, and finds what it says in nine of ten', () => {
  const noise = noiseOf(20_261_128);
  const gates = 4_000;
  const alarms = (truth: number) => {
    let count = 0;
    for (let gate = 0; gate < gates; gate += 1) {
      const ratios = Array.from({ length: 8 }, () => truth + 0.05 * noise());
      if (pAbove(pairedChange(ratios), 0.1) <= 0.01) count += 1;
    }
    return count / gates;
  };
  expect(Math.abs(alarms(0.1) - 0.01)).toBeLessThan(0.005);
  expect(alarms(0.1 + findable(0.05, 8, asked))).toBeGreaterThan(0.88);
});
