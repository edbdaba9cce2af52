import { expect, test } from 'vitest';
import { Rates } from './observing.ts';

test('counts primary operations per second between samples', () => {
  const rates = new Rates({ cancellation: 0.25 });
  expect(rates.since(0, 0, 0)).toEqual({ sentPerSecond: null, decidedPerSecond: null });
  expect(rates.since(2_000, 5_000, 2_500)).toEqual({ sentPerSecond: 2_000, decidedPerSecond: 1_000 });
});

test('a sample soon after a late one has its rates, and the next counts the whole time between', () => {
  const rates = new Rates({});
  rates.since(0, 0, 0);
  const late = rates.since(1_700, 1_700, 1_700);
  expect(rates.since(2_000, 1_700, 1_900)).toEqual(late);
  expect(rates.since(2_700, 3_700, 2_200)).toEqual({ sentPerSecond: 2_000, decidedPerSecond: 500 });
});
