import { expect, test } from 'vitest';
import { decay, ramp, replay, steady, surge, warmUp } from '../../../scenario/scenario.ts';
import { arrivalSchedule } from '../../arrival-schedule.ts';
import { compileLoad } from '../../load-curve.ts';
import { arrivalOfVisit, visitsAmong } from '../../load-plan.ts';
import { rampingArrivalRate } from './ramping-arrival-rate.ts';
import type { RampingArrivalRate } from './ramping-arrival-rate.ts';

/**
 * When k6 1.8 starts each iteration, ms: its executor starts the n-th when the area under its stages reaches n (`cal` in
 * lib/executor/ramping_arrival_rate.go); recomputed here by bisection.
 */
function startsOf({ startRate, timeUnit, stages }: RampingArrivalRate): number[] {
  const unitMs = Number.parseFloat(timeUnit) * 1_000;
  const starts: number[] = [];
  let [from, done, startMs] = [startRate / unitMs, 0, 0];
  for (const { target, duration } of stages) {
    const to = target / unitMs;
    const lengthMs = duration.endsWith('ms') ? Number.parseFloat(duration) : Number.parseFloat(duration) * 1_000;
    const area = (ms: number) => ms * (from + (((to - from) / 2) * ms) / lengthMs);
    const end = lengthMs === 0 ? done : done + area(lengthMs);
    for (let n = starts.length + 1; n <= end; n++) {
      let [low, high] = [0, lengthMs];
      for (let step = 0; step < 60; step++) {
        const middle = (low + high) / 2;
        if (done + area(middle) < n) low = middle;
        else high = middle;
      }
      starts.push(startMs + high);
    }
    [from, done, startMs] = [to, end, startMs + lengthMs];
  }
  return starts;
}

const curves = {
  'a surge after a jump': [
    warmUp({ perSecond: 67, for: '2s' }),
    steady({ name: 'before', perSecond: 200, for: '1s' }),
    surge({ to: 3_000, within: '1s', hold: '2s' }),
    steady({ name: 'after', perSecond: 10, for: '3s' }),
  ],
  'a ramp from nothing and a decay': [
    ramp({ from: 0, to: 1_500, within: '3s' }),
    decay({ to: 100, halfLife: '1s', for: '5s' }),
  ],
  'a recorded curve with odd bounds': [
    replay({
      file: 'recorded.csv',
      speed: 7,
      points: [
        [0, 333.3],
        [11, 1_234.5],
        [23, 7],
      ],
    }),
  ],
} as const;

const cases = Object.entries(curves).flatMap(([name, load]) =>
  [1, 3, 16].map((everyNth) => ({ name, load, everyNth })),
);

test.each(cases)('k6 starts a visit at the moment of its arrival: $name, every $everyNth', ({ load, everyNth }) => {
  const curve = compileLoad(load, 1);
  const schedule = arrivalSchedule(curve, 'uniform', 1);
  const visits = visitsAmong(schedule.arrivals, everyNth);
  const starts = startsOf(rampingArrivalRate(curve, everyNth));
  expect(visits).toBeGreaterThan(50);
  expect(starts.length).toBeGreaterThanOrEqual(visits);
  for (let visit = 0; visit < visits; visit++) {
    const arrival = arrivalOfVisit(visit, everyNth);
    // An arrival is in the middle of its unit of the integral, k6's at the unit's end: half an arrival's gap, no more.
    const halfGap = curve.timeOf(Math.min(arrival + 1, curve.cumulative(curve.durationMs))) - schedule.timeOf(arrival);
    expect(Math.abs((starts[visit] ?? Number.NaN) - schedule.timeOf(arrival) - halfGap)).toBeLessThan(0.6);
  }
});
