import { describe, expect, it } from 'vitest';
import type { CapacityHold, HoldSeries } from './capacity-shape.ts';
import { breaksOf } from './first-break.ts';

const hold = (perSecond: number, verdict: CapacityHold['verdict'], series: readonly HoldSeries[]): CapacityHold => ({
  perSecond,
  purpose: 'search',
  verdict,
  run: `holds/01-${perSecond}`,
  failedBy: verdict === 'failed' ? ['decision-latency-p99'] : [],
  why: [],
  goals: [],
  lagSlope: null,
  p50Ms: 10,
  p99Ms: 50,
  decidedPerSecond: perSecond,
  lagMaxSeconds: 0.1,
  ownCpuShare: 0.5,
  missedAt: verdict === 'failed' ? 24 : null,
  curve: [],
  series,
  tookMs: 40_000,
});

const series = (resource: string, unit: string, valueAt: (second: number) => number): HoldSeries => ({
  resource,
  unit,
  points: Array.from({ length: 40 }, (_, second) => [second, valueAt(second)] as const),
});
const usual = [
  series('postgres:main connections', 'share', (second) => 0.4 + (second % 2) * 0.01),
  series('postgres:main lockWaits', 'transactions', () => 0),
  series('fsync machine', 'ms', (second) => (second === 20 ? 90 : 3)),
];

describe('what broke first', () => {
  it('is what left its range for three seconds on end before all others, with its lead before the miss', () => {
    const failing = [
      series('postgres:main connections', 'share', (second) => (second < 19 ? 0.4 : 0.95)),
      series('postgres:main lockWaits', 'transactions', (second) => (second < 22 ? 0 : 7)),
      series('fsync machine', 'ms', (second) => (second === 12 ? 90 : 3)),
    ];
    const { firstBreak, breaks } = breaksOf([hold(1_000, 'held', usual), hold(2_000, 'failed', failing)], 5);
    expect(firstBreak).toMatchObject({ resource: 'postgres:main connections', leadSeconds: 5, value: 0.95 });
    expect(breaks).toEqual([
      { resource: 'postgres:main connections', at: 19, leadSeconds: 5 },
      { resource: 'postgres:main lockWaits', at: 22, leadSeconds: 2 },
    ]);
  });

  it('is nothing where nothing moved, where nothing failed, and where nothing passed to compare it with', () => {
    const none = { firstBreak: null, breaks: [] };
    expect(breaksOf([hold(1_000, 'held', usual), hold(2_000, 'failed', usual)], 5)).toEqual(none);
    expect(breaksOf([hold(1_000, 'held', usual)], 5)).toEqual(none);
    expect(breaksOf([hold(1_000, 'failed', usual)], 5)).toEqual(none);
  });
});
