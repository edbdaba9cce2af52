import { describe, expect, it } from 'vitest';
import { planSheet } from './plan-sheet.ts';

const machine = { cpus: 2, memoryMiB: 8_000, platform: 'linux x64', node: 'v24.0.0' };
const of = { normalPerSecond: 1_000, peakPerSecond: 15_000, workers: 2, partitions: 6 };
const hold = {
  purpose: 'confirm' as const,
  verdict: 'held' as const,
  run: 'x',
  failedBy: [],
  why: [],
  goals: [],
  lagSlope: null,
  p50Ms: 1,
  p99Ms: 2,
  lagMaxSeconds: 0,
  missedAt: null,
  curve: [],
  series: [],
  tookMs: 1,
};

describe('the plan sheet', () => {
  it('holds the capacity against what may come, and says nothing beyond twice of what was measured', () => {
    const holds = [{ ...hold, perSecond: 12_000, decidedPerSecond: 12_000, ownCpuShare: 0.9 }];
    const sheet = planSheet({ heldPerSecond: 12_000, failedPerSecond: 12_600, machine, holds }, of);
    expect(sheet?.rows.map(({ perSecond, is, workers, partitions }) => [perSecond, is, workers, partitions])).toEqual([
      [15_000, 'failed', 3, 6],
      [10_000, 'held', 2, 6],
      [15_000, 'failed', 3, 6],
      [20_000, 'failed', 4, 6],
      [100_000, 'failed', null, null],
    ]);
    // 1.8 cores for 12,000 a second are 150 core-seconds for a million, at ₹12 an hour half a rupee.
    expect(sheet?.cpuSecondsPerMillion).toBeCloseTo(150, 6);
    expect(sheet?.rupeesPerMillion[0]).toMatchObject({ place: 'Mumbai', line: '5006' });
    expect(sheet?.rupeesPerMillion[0]?.rupees).toBeCloseTo(0.5, 6);
  });

  it('is none where nothing held, and knows no failure where none was seen', () => {
    expect(planSheet({ heldPerSecond: null, failedPerSecond: 500, machine, holds: [] }, of)).toBeNull();
    const open = planSheet({ heldPerSecond: 12_000, failedPerSecond: null, machine, holds: [] }, of);
    expect(open?.rows[0]).toMatchObject({ is: 'unknown', share: 0.8 });
    expect(open).toMatchObject({ cpuSecondsPerMillion: null, rupeesPerMillion: [] });
  });
});
