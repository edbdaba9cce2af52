import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decay, ramp, replay, steady, surge, warmUp } from '../scenario/scenario.ts';
import type { LoadPhase } from '../scenario/scenario.ts';
import { compileLoad } from './load-curve.ts';

const bigBillionDay = [
  warmUp({ perSecond: 1_000, for: '5s' }),
  steady({ name: 'before', perSecond: 1_000, for: '10s' }),
  surge({ to: 15_000, within: '5s', hold: '60s' }),
  steady({ name: 'after', perSecond: 1_000, for: '10s' }),
];

describe('a load curve', () => {
  test('counts the arrivals of each phase to the one', () => {
    const { phases, arrivals, durationMs } = compileLoad(bigBillionDay, 1);
    expect(phases).toEqual([
      { name: 'warm-up', warmUp: true, startMs: 0, endMs: 5_000, firstArrival: 0, arrivals: 5_000 },
      { name: 'before', warmUp: false, startMs: 5_000, endMs: 15_000, firstArrival: 5_000, arrivals: 10_000 },
      { name: 'surge', warmUp: false, startMs: 15_000, endMs: 80_000, firstArrival: 15_000, arrivals: 940_000 },
      { name: 'after', warmUp: false, startMs: 80_000, endMs: 90_000, firstArrival: 955_000, arrivals: 10_000 },
    ]);
    expect(arrivals).toBe(965_000);
    expect(durationMs).toBe(90_000);
  });

  test('rises in a straight line and then holds', () => {
    const curve = compileLoad(bigBillionDay, 1);
    expect([0, 4_999, 15_000, 17_500, 20_000, 79_999, 80_000, 90_000, -1].map(curve.rateAt)).toEqual([
      1_000, 1_000, 1_000, 8_000, 15_000, 15_000, 1_000, 0, 0,
    ]);
    expect([0, 5_000, 16_000, 20_000, 21_000, 100_000].map(curve.cumulative)).toEqual([
      0, 5_000, 17_400, 55_000, 70_000, 965_000,
    ]);
  });

  test('inverts a ramp: the nth arrival stands at the square root', () => {
    const curve = compileLoad([ramp({ from: 0, to: 200, within: '2s' })], 1);
    expect(curve.arrivals).toBe(200);
    expect([0, 50, 112.5, 200].map(curve.timeOf)).toEqual([0, 1_000, 1_500, 2_000]);
  });

  test('begins a ramp at the rate before it', () => {
    const curve = compileLoad([steady({ perSecond: 100, for: '1s' }), ramp({ to: 300, within: '1s' })], 1);
    expect(curve.rateAt(1_500)).toBe(200);
    expect(curve.arrivals).toBe(300);
  });

  test('halves the distance every half-life', () => {
    const curve = compileLoad(
      [steady({ perSecond: 900, for: '1s' }), decay({ to: 100, halfLife: '2s', for: '6s' })],
      1,
    );
    expect([1_000, 3_000, 5_000].map(curve.rateAt)).toEqual([900, 500, 300]);
    // 100 · 6 + 800 · (2 / ln 2) · (1 − 1/8)
    expect(curve.cumulative(7_000)).toBeCloseTo(900 + 600 + ((800 * 2) / Math.LN2) * 0.875, 9);
    expect(curve.timeOf(curve.cumulative(4_321))).toBeCloseTo(4_321, 6);
  });

  test('decays to nothing', () => {
    const curve = compileLoad([steady({ perSecond: 64, for: '1s' }), decay({ to: 0, halfLife: '1s', for: '6s' })], 1);
    expect(curve.rateAt(6_999)).toBeCloseTo(1, 2);
    expect(curve.timeOf(curve.cumulative(3_000))).toBeCloseTo(3_000, 6);
  });

  test('replays recorded points in straight lines, faster but not higher', () => {
    const points = [
      [10, 0],
      [20, 100],
      [30, 100],
    ] as const;
    const curve = compileLoad([replay({ file: 'x.csv', speed: 2, points })], 1);
    expect(curve.durationMs).toBe(10_000);
    expect([2_500, 5_000, 7_500].map(curve.rateAt)).toEqual([50, 100, 100]);
    expect(curve.arrivals).toBe(750);
  });

  test('scales every rate and no time', () => {
    const curve = compileLoad(bigBillionDay, 0.1);
    expect(curve.arrivals).toBe(96_500);
    expect(curve.durationMs).toBe(90_000);
    expect(curve.rateAt(17_500)).toBe(800);
  });

  test('passes over a pause and over phases without length', () => {
    const curve = compileLoad(
      [
        steady({ perSecond: 10, for: '1s' }),
        steady({ name: 'pause', perSecond: 0, for: '5s' }),
        steady({ name: 'nothing', perSecond: 7, for: '0s' }),
        steady({ name: 'again', perSecond: 10, for: '1s' }),
      ],
      1,
    );
    expect(curve.timeOf(10)).toBe(1_000);
    expect(curve.timeOf(10.5)).toBe(6_050);
    expect(curve.phases.map(({ arrivals }) => arrivals)).toEqual([10, 0, 0, 10]);
  });

  test.each<[string, LoadPhase[], number, RegExp]>([
    ['a negative rate', [steady({ perSecond: -1, for: '1s' })], 1, /load\[0\] \(steady\)\.perSecond: -1/],
    ['points that were never read', [replay({ file: 'x.csv', speed: 1 })], 1, /load\[0\] \(replay\)\.points/],
    ['a speed of nothing', [replay({ file: 'x.csv', speed: 0, points: [] })], 1, /load\[0\] \(replay\)\.speed/],
    ['a half-life of nothing', [decay({ to: 1, halfLife: '0s', for: '1s' })], 1, /halfLife/],
    ['a scale of nothing', [], 0, /loadScale/],
  ])('refuses %s', (_, phases, loadScale, message) => {
    expect(() => compileLoad(phases, loadScale)).toThrow(message);
  });

  test('refuses to say when the arrival after the last comes', () => {
    expect(() => compileLoad(bigBillionDay, 1).timeOf(965_001)).toThrow(RangeError);
  });
});

const rate = fc.integer({ min: 0, max: 30_000 });
const wait = fc.integer({ min: 0, max: 20_000 }).map((ms) => `${ms}ms` as const);
const anyPhase: fc.Arbitrary<LoadPhase> = fc.oneof(
  fc.record({ perSecond: rate, for: wait }).map(steady),
  fc.record({ to: rate, within: wait }).map(ramp),
  fc.record({ to: rate, within: wait, hold: wait }).map(surge),
  fc
    .record({ to: rate, for: wait, halfLife: fc.integer({ min: 50, max: 9_000 }).map((ms) => `${ms}ms` as const) })
    .map(decay),
);
const anyCurve = fc.array(anyPhase, { minLength: 1, maxLength: 6 }).map((phases) => compileLoad(phases, 1));

describe('any load curve', () => {
  test('has phases that follow each other and whose arrivals sum to all', () => {
    fc.assert(
      fc.property(anyCurve, ({ phases, arrivals, durationMs }) => {
        let ms = 0;
        let count = 0;
        for (const phase of phases) {
          expect(phase.startMs).toBe(ms);
          expect(phase.firstArrival).toBe(count);
          ms = phase.endMs;
          count += phase.arrivals;
        }
        expect([ms, count]).toEqual([durationMs, arrivals]);
      }),
    );
  });

  test('has an integral that is the sum of its rate', () => {
    fc.assert(
      fc.property(anyCurve, (curve) => {
        const steps = 20_000;
        const step = curve.durationMs / steps;
        let sum = 0;
        for (let i = 0; i < steps; i++) sum += (curve.rateAt((i + 0.5) * step) * step) / 1_000;
        // A jump of the rate inside a step is the midpoint rule's only error of note.
        expect(Math.abs(sum - curve.cumulative(curve.durationMs))).toBeLessThan(1 + 12 * 30 * step);
      }),
      { numRuns: 30 },
    );
  });

  test('is inverted by timeOf, which never goes back', () => {
    fc.assert(
      fc.property(anyCurve, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2 }), (curve, parts) => {
        const total = curve.cumulative(curve.durationMs);
        let before = 0;
        for (const n of parts.toSorted((a, b) => a - b).map((part) => part * total)) {
          const time = curve.timeOf(n);
          expect(time).toBeGreaterThanOrEqual(before - 1e-6);
          expect(time).toBeLessThanOrEqual(curve.durationMs);
          expect(Math.abs(curve.cumulative(time) - n)).toBeLessThan(1e-6 * Math.max(1, total));
          before = time;
        }
      }),
    );
  });
});
