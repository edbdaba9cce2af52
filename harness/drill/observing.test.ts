import { expect, test } from 'vitest';
import { compileLoad } from '../load/load-curve.ts';
import { ramp } from '../scenario/scenario.ts';
import { Rates } from './observing.ts';

/** From zero to 4,000/s in four seconds. */
const curve = compileLoad([ramp({ from: 0, to: 4_000, within: '4s' })], 1);

test('what is planned is of the same while as what is sent: half way up a ramp as much', () => {
  const rates = new Rates({}, curve);
  rates.since(1_000, 500, 0);
  expect(rates.since(2_000, 2_000, 0)).toMatchObject({ plannedPerSecond: 1_500, sentPerSecond: 1_500 });
});

test('counts primary operations per second between samples', () => {
  const rates = new Rates({ cancellation: 0.25 }, curve);
  expect(rates.since(0, 0, 0)).toEqual({ plannedPerSecond: 0, sentPerSecond: null, decidedPerSecond: null });
  expect(rates.since(2_000, 5_000, 2_500)).toMatchObject({ sentPerSecond: 2_000, decidedPerSecond: 1_000 });
});

test('a sample soon after a late one has its rates, and the next counts the whole time between', () => {
  const rates = new Rates({}, curve);
  rates.since(0, 0, 0);
  const late = rates.since(1_700, 1_700, 1_700);
  expect(rates.since(2_000, 1_700, 1_900)).toEqual(late);
  expect(rates.since(2_700, 3_700, 2_200)).toMatchObject({ sentPerSecond: 2_000, decidedPerSecond: 500 });
});
