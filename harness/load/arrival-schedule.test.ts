import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { steady, surge } from '../scenario/scenario.ts';
import { arrivalSchedule, phaseOf } from './arrival-schedule.ts';
import { compileLoad } from './load-curve.ts';

const curve = compileLoad(
  [
    steady({ name: 'before', perSecond: 100, for: '10s' }),
    surge({ to: 5_000, within: '1s', hold: '5s' }),
    steady({ name: 'after', perSecond: 100, for: '10s' }),
  ],
  1,
);

describe('uniform arrivals', () => {
  const schedule = arrivalSchedule(curve, 'uniform', 1);

  test('stand in the middle of their own part of the integral', () => {
    expect([0, 1, 999].map(schedule.timeOf)).toEqual([5, 15, 9_995]);
    expect(schedule.timeOf(schedule.arrivals - 1)).toBe(25_995);
  });

  test('are as many as the curve says, phase by phase', () => {
    expect(schedule.arrivals).toBe(1_000 + 2_550 + 25_000 + 1_000);
    for (const { firstArrival, arrivals, startMs, endMs } of schedule.phases) {
      expect(schedule.timeOf(firstArrival)).toBeGreaterThan(startMs);
      expect(schedule.timeOf(firstArrival + arrivals - 1)).toBeLessThan(endMs);
    }
  });

  test('are counted from 0 to the last and no further', () => {
    expect(() => schedule.timeOf(-1)).toThrow(RangeError);
    expect(() => schedule.timeOf(schedule.arrivals)).toThrow(RangeError);
  });

  test('know their phase', () => {
    expect([0, 999, 1_000, 28_549, 28_550].map((i) => phaseOf(schedule.phases, i).name)).toEqual([
      'before',
      'before',
      'surge',
      'surge',
      'after',
    ]);
  });
});

describe('Poisson arrivals', () => {
  const schedule = arrivalSchedule(curve, 'poisson', 1);

  test('are the same for the same seed, in whatever order they are asked for', () => {
    const again = arrivalSchedule(curve, 'poisson', 1);
    const backwards = Array.from({ length: 5_000 }, (_, i) => again.timeOf(4_999 - i)).toReversed();
    expect(backwards).toEqual(Array.from({ length: 5_000 }, (_, i) => schedule.timeOf(i)));
    expect(arrivalSchedule(curve, 'poisson', 2).timeOf(0)).not.toBe(schedule.timeOf(0));
  });

  test('never go back and stay inside the phase that counts them', () => {
    let before = 0;
    for (const { firstArrival, arrivals, startMs, endMs } of schedule.phases) {
      for (let i = firstArrival; i < firstArrival + arrivals; i++) {
        const time = schedule.timeOf(i);
        expect(time).toBeGreaterThanOrEqual(before);
        before = time;
      }
      expect(schedule.timeOf(firstArrival)).toBeGreaterThanOrEqual(startMs);
      expect(before).toBeLessThanOrEqual(endMs);
    }
  });

  test('have exponential gaps of the curve’s rate', () => {
    const steadyCurve = compileLoad([steady({ perSecond: 1_000, for: '100s' })], 1);
    const { arrivals, timeOf } = arrivalSchedule(steadyCurve, 'poisson', 3);
    // 100,000 ± 4 deviations of 316
    expect(Math.abs(arrivals - 100_000)).toBeLessThan(1_265);
    const gaps = Array.from({ length: arrivals - 1 }, (_, i) => timeOf(i + 1) - timeOf(i));
    const longer = (ms: number): number => gaps.filter((gap) => gap > ms).length / gaps.length;
    expect(longer(1)).toBeCloseTo(Math.exp(-1), 2);
    expect(longer(3)).toBeCloseTo(Math.exp(-3), 2);
  });
});

test('any schedule keeps the phases end to end and its times in them', () => {
  const spacing = fc.constantFrom('uniform' as const, 'poisson' as const);
  const levels = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(levels, spacing, fc.nat(), (rates, how, seed) => {
      const phases = rates.map((perSecond) => steady({ perSecond, for: '500ms' }));
      const schedule = arrivalSchedule(compileLoad(phases, 1), how, seed);
      let count = 0;
      for (const phase of schedule.phases) {
        expect(phase.firstArrival).toBe(count);
        count += phase.arrivals;
      }
      expect(count).toBe(schedule.arrivals);
      const times = Array.from({ length: count }, (_, i) => schedule.timeOf(i));
      expect(times.filter((time) => time < 0 || time > 500 * rates.length)).toEqual([]);
    }),
  );
});
