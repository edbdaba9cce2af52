import { expect, it } from 'vitest';
import { criticalT, upperTailOfT } from './student-t.ts';

// From the printed tables.
it.each([
  [0.05, 1, 6.314],
  [0.01, 1, 31.821],
  [0.01, 2, 6.965],
  [0.01, 4, 3.747],
  [0.01, 7, 2.998],
  [0.001, 9, 4.297],
  [0.05, 30, 1.697],
  [0.005, 120, 2.617],
])('gives the printed quantile of %d with %i degrees of freedom', (tail, freedom, t) => {
  expect(criticalT(tail, freedom)).toBeCloseTo(t, 3);
  expect(criticalT(1 - tail, freedom)).toBeCloseTo(-t, 3);
  expect(upperTailOfT(criticalT(tail, freedom), freedom)).toBeCloseTo(tail, 9);
});

it('is even, and ends at both ends', () => {
  expect(upperTailOfT(0, 5)).toBe(0.5);
  expect(upperTailOfT(1.3, 5) + upperTailOfT(-1.3, 5)).toBeCloseTo(1, 12);
  expect([upperTailOfT(Infinity, 3), upperTailOfT(-Infinity, 3)]).toEqual([0, 1]);
});
