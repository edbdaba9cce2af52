import { describe, expect, it } from 'vitest';
import { defineScenario, steady, surge, warmUp } from '../scenario/scenario.ts';
import { holdMsFor, holdScenario } from './hold-scenario.ts';

const scenario = defineScenario({
  name: 'sale',
  summary: 'A sale.',
  domain: 'inventory',
  target: 'inventory/streaming',
  timeScale: 60,
  loadScale: 2,
  world: {},
  load: [
    warmUp({ perSecond: 9_000, for: '1s' }),
    steady({ name: 'before', perSecond: 500, for: '1s' }),
    surge({ to: 4_000, within: '1s', hold: '5s' }),
  ],
  mix: { return: 0.1 },
  faults: [{ at: { storyMs: 0 }, fault: { type: 'worker-crash' } }],
  actions: [{ at: { storyMs: 0 }, action: 'restart-workers' }],
  objectives: [
    { type: 'decision-latency', quantile: 0.99, below: '2s', during: 'surge' },
    { type: 'decision-latency', quantile: 0.999, below: '1s', during: 'before' },
    { type: 'drained', within: '40s' },
    { type: 'decided', atLeast: 0.999 },
    { type: 'recovered', within: '9s' },
  ],
  invariants: 'all',
  reach: ['redelivered'],
  drainDeadline: '120s',
  sources: [],
});

describe('a scenario as a hold', () => {
  it('is its world and mix at one rate, judged by what is about the whole or its highest phase', () => {
    const hold = holdScenario(scenario, { perSecond: 2_000, holdMs: 30_000 });
    expect(hold).toMatchObject({ mix: { return: 0.1 }, faults: [], invariants: 'all', drainDeadline: '40000ms' });
    expect(hold.load).toEqual([
      { name: 'ramp', warmUp: true, shape: 'ramp', from: 200, to: 2_000, within: '5000ms' },
      { name: 'settle', warmUp: true, shape: 'steady', perSecond: 2_000, for: '5000ms' },
      { name: 'hold', shape: 'steady', perSecond: 2_000, for: '30000ms' },
    ]);
    expect(hold.objectives).toEqual([
      { type: 'decision-latency', quantile: 0.99, below: '2s', during: 'hold' },
      { type: 'drained', within: '40s' },
      { type: 'decided', atLeast: 0.999 },
    ]);
    expect([hold.loadScale, hold.actions, hold.reach]).toEqual([undefined, undefined, undefined]);
  });

  it('lasts until its quantile has a hundred values beyond it, and until a batch has come round six times', () => {
    const atLeastMs = 15_000;
    expect(holdMsFor(scenario, 100, { atLeastMs })).toBe(100_000);
    expect(holdMsFor(scenario, 5_000, { atLeastMs })).toBe(15_000);
    expect(holdMsFor(scenario, 5_000, { atLeastMs, longestPause: { storyMs: 30 * 60_000 } })).toBe(180_000);
  });
});
