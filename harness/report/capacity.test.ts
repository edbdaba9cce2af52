import { describe, expect, it } from 'vitest';
import type { CapacityHold, CapacitySettings } from '../capacity/capacity-shape.ts';
import { capacityShape } from '../capacity/capacity-shape.ts';
import { capacityOf } from '../capacity/capacity-of.ts';
import { nextHold } from '../capacity/search.ts';
import { schemaProblems } from '../schema-problems.ts';
import { answerSentence, capacityText, holdText } from './capacity.ts';
import { capacityHtml } from './html/capacity.ts';

const settings: CapacitySettings = {
  from: 500,
  to: 40_000,
  width: 0.05,
  confirm: 3,
  holdMs: 30_000,
  seed: 1,
  stack: 'local',
  under: null,
  set: [],
  cliff: true,
};
const of = {
  run: 'smoke-capacity-1',
  scenario: 'smoke',
  target: 'inventory/streaming',
  primaryPlural: 'orders',
  settings,
  machine: { cpus: 2, memoryMiB: 8_000, platform: 'linux x64', node: 'v24.0.0' },
  scenarioSha256: 'abc',
  plannedFor: { normalPerSecond: 500, peakPerSecond: 4_000, workers: 2, partitions: 6 },
};

/** All the holds of a search; `failsBy` says what fails at a rate, null if nothing does. */
function searched(failsBy: (perSecond: number) => string | null): CapacityHold[] {
  const holds: CapacityHold[] = [];
  for (let next = nextHold(settings, holds); next !== null; next = nextHold(settings, holds)) {
    const failed = failsBy(next.perSecond);
    const goal = (name: string) => ({
      name,
      verdict: failed === name ? ('fail' as const) : ('pass' as const),
      observed: 1,
      threshold: 2,
      unit: 's',
    });
    holds.push({
      ...next,
      verdict: failed === null ? 'held' : 'failed',
      run: `holds/${holds.length + 1}`,
      failedBy: failed === null ? [] : [failed],
      why: [],
      goals: ['decision-latency-p99', 'keeps-up', 'invariants'].map(goal),
      lagSlope: { perSecond: 0.001, low: null },
      p50Ms: 12,
      p99Ms: 34,
      decidedPerSecond: next.perSecond,
      lagMaxSeconds: 0.2,
      ownCpuShare: 0.5,
      missedAt: failed === null ? null : 22,
      curve: [
        [0, next.perSecond, 34, 0.1],
        [1, next.perSecond, null, 0.2],
      ],
      series: [],
      tookMs: 51_000,
    });
  }
  return holds;
}

const found = () =>
  capacityOf(
    of,
    searched((rate) => (rate > 12_500 ? 'decision-latency-p99' : null)),
  );

describe('a capacity', () => {
  it('is one sentence, a limit for each goal, and a file of its schema', () => {
    const capacity = found();
    expect(answerSentence(capacity)).toBe(
      '12,400 orders/s held in 3 of 3; 13,100 failed 2 of 2 by decision-latency-p99',
    );
    expect(capacity.goals).toEqual([
      { name: 'decision-latency-p99', heldPerSecond: 12_400, failedPerSecond: 13_100 },
      { name: 'keeps-up', heldPerSecond: 15_100, failedPerSecond: null },
      { name: 'invariants', heldPerSecond: 15_100, failedPerSecond: null },
    ]);
    expect(capacity.exitCode).toBe(0);
    expect(schemaProblems(capacityShape, JSON.parse(JSON.stringify(capacity)))).toEqual([]);
  });

  it('exits 11 where an invariant broke at every rate, 12 where an objective was missed at the lowest', () => {
    expect(
      capacityOf(
        of,
        searched(() => 'invariants'),
      ).exitCode,
    ).toBe(11);
    const missed = capacityOf(
      of,
      searched(() => 'keeps-up'),
    );
    expect(missed.exitCode).toBe(12);
    expect(answerSentence(missed)).toBe('500 orders/s failed 2 of 2 by keeps-up, the lowest rate asked for');
  });

  it('says in its last line what was found, and how to go on where it is not finished', () => {
    const end = { colour: false, folder: 'results/x', isStopped: false, tookMs: 800_000 };
    const text = capacityText(found(), { ...end, resume: null });
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/^✓ 12,400 orders\/s held in 3 of 3; .* · 14 holds · exit 0 · /);
    expect(text).toContain('3 of 3 held: with 95 % confidence at most 63 % of holds at this rate fail');
    const begun = capacityOf(of, searched((rate) => (rate > 12_500 ? 'keeps-up' : null)).slice(0, 7));
    const resume = 'npx toofan capacity --resume results/x';
    expect(capacityText(begun, { ...end, resume })).toMatch(/Go on with +npx toofan capacity --resume results\/x/);
    expect(capacityText(begun, { ...end, resume, isStopped: true })).toMatch(/ · 7 holds · 13 min 20 s\n$/);
    expect(answerSentence(begun)).toBe(
      'unfinished: 10,700 orders/s held in 1 of 1, not yet confirmed; 15,100 failed 1 of 1 by keeps-up',
    );
  });

  it('has a line for each hold', () => {
    const [hold] = searched(() => 'keeps-up');
    if (hold === undefined) throw new Error('no hold');
    expect(holdText(hold, { colour: false })).toBe(
      '✗     500/s failed by keeps-up  p99 34 ms, lag 200 ms, took 51 s\n',
    );
  });

  it('has a page that escapes what it was given', () => {
    const page = capacityHtml({ ...found(), target: '<script>alert(1)</script>' });
    expect(page).toContain('12,400 orders/s held in 3 of 3');
    expect(page).not.toContain('<script>alert');
  });
});
