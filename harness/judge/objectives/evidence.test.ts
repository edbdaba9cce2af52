import { describe, expect, test } from 'vitest';

import { isNoChance, valuesFor, valuesForShare } from './evidence.ts';

describe('evidence', () => {
  test('of a share is the rule of three, and never fewer than a hundred', () => {
    expect([0.5, 0.01, 0.005, 1 - 0.998, 1 - 0.999, 1 - 0.9999].map(valuesForShare)).toEqual([
      100, 300, 600, 1_500, 3_000, 30_000,
    ]);
    expect(valuesForShare(0)).toBe(30_000);
  });
  test('of a quantile is ten values beyond it', () => {
    expect([0.5, 0.9, 0.99, 0.999].map(valuesFor)).toEqual([20, 100, 1_000, 10_000]);
  });
  test('fewer show a miss where chance would bring so many bad ones about less than once in a hundred times', () => {
    // 5 of 5 heads come once in 32 times; 7 of 7 once in 128.
    expect([isNoChance(5, 5, 0.5), isNoChance(7, 7, 0.5)]).toEqual([false, true]);
    // One of 100 where one in a thousand is allowed: 1 − 0.999^100 is 9.5 %; two of them 0.46 %.
    expect([isNoChance(1, 100, 0.001), isNoChance(2, 100, 0.001)]).toEqual([false, true]);
    expect(isNoChance(1, 1_000_000, 0)).toBe(true);
    expect([isNoChance(0, 10, 0.01), isNoChance(9, 10, 1), isNoChance(1, 100, 0.01)]).toEqual([false, false, false]);
    expect(isNoChance(29_000, 29_999, 0.5)).toBe(true);
  });
});
