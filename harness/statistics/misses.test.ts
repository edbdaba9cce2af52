import { expect, it } from 'vitest';
import { randomFloat } from '../domains/random.ts';
import { pOfMoreMisses } from './misses.ts';

it('is the tail of a fair binomial of all drills', () => {
  expect(pOfMoreMisses(1, 1)).toBeCloseTo(0.25, 12);
  expect(pOfMoreMisses(3, 3)).toBeCloseTo(1 / 64, 12);
  expect(pOfMoreMisses(8, 8)).toBeCloseTo(2 ** -16, 15);
  expect([pOfMoreMisses(0, 8), pOfMoreMisses(-2, 8)]).toEqual([1, 1]);
});

it.each([0.05, 0.3, 0.5, 0.8])('alarms at most as often as it says where both miss with chance %d', (chance) => {
  const [each, gates] = [8, 20_000];
  const misses = (gate: number, side: number) =>
    Array.from({ length: each }, (_, drill) => randomFloat(gate, drill, side) < chance).filter(Boolean).length;
  let alarms = 0;
  for (let gate = 0; gate < gates; gate += 1)
    if (pOfMoreMisses(misses(gate, 1) - misses(gate, 2), each) <= 0.05) alarms += 1;
  expect(alarms / gates).toBeLessThan(0.05);
});
