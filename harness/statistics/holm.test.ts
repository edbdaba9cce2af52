import { expect, it } from 'vitest';
import { holm } from './holm.ts';

it('multiplies the smallest by the number of tests, the next by one less, and never falls', () => {
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([0.5, 0.9])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});
