import { describe, expect, test } from 'vitest';

import type { SecondResult } from '../judgement.ts';
import type { ObjectiveSpec, Scenario, ScheduledFault } from '../../scenario/scenario.ts';
import { objectiveProblems } from '../../scenario/validate.ts';
import {
  answerShare,
  consumerLag,
  costPerOperation,
  decided,
  decisionLatency,
  degradedShare,
  degradedTime,
  detected,
  drained,
  goodput,
  memoryBounded,
  queueLength,
  recovered,
  recoveredFromEach,
  requestLatency,
  requestsFailed,
  requestsShed,
  settled,
  shedShare,
  shelfAccuracy,
  succeeded,
  turnedAway,
} from './index.ts';
import { objectives } from './registry.ts';

const visits = {
  everyNth: 1,
  journey: 'toofan/simulators/inventory/storefront/journeys/sale.ts',
  lasts: '1s',
} as const;
const problems = (spec: ObjectiveSpec, faults: readonly ScheduledFault[] = [bounded]) =>
  problemsIn({ faults, visits }, spec);
const problemsIn = (scenario: Pick<Scenario, 'faults' | 'visits'>, spec: ObjectiveSpec) => {
  const rule = objectives.get(spec.type);
  return rule === undefined ? ['type: unknown'] : objectiveProblems(spec, rule, scenario);
};
const bounded: ScheduledFault = {
  at: { storyMs: 0 },
  fault: { type: 'worker-crash', recoverWithin: '30s' },
};

describe('validation', () => {
  test('accepts what the builders make', () => {
    const all = [
      decisionLatency({
        quantile: 0.99,
        below: '500ms',
        during: 'surge',
        kind: 'order',
        answer: 'confirmed',
        minimumEvidence: 5,
      }),
      consumerLag({ below: '2s' }),
      consumerLag({ below: 2_000 }),
      drained({ within: '10s' }),
      decided({ atLeast: 0.999 }),
      shelfAccuracy({ atLeast: 0.998 }),
      memoryBounded(),
      memoryBounded({ below: 400 }),
      shedShare({ below: 0.1, class: 'premium' }),
      recovered({ within: '30s' }),
      detected({ within: '30s', goodShare: 0.99 }),
      recoveredFromEach({ goodShare: 0.99, lagBelow: '2s', hold: '5s' }),
      recoveredFromEach(),
      goodput({ atLeast: 0.99, during: 'surge' }),
      succeeded({ atLeast: 0.995, during: 'surge' }),
      settled({ within: '10s', quantile: 0.99 }),
      degradedTime({ below: '30s' }),
      degradedShare({ below: 0.01, during: 'surge', kind: 'payment' }),
      queueLength({ enters: 'review', leaves: 'reviewed', below: 100 }),
      costPerOperation({ legs: ['aadhaar', 'pan'], below: 8.6, kind: 'application' }),
      answerShare({ answer: 'review', below: 0.2, during: 'surge' }),
      requestLatency({ request: 'order', quantile: 0.99, below: '500ms', during: 'surge' }),
      requestsFailed({ below: 0.001 }),
      requestsShed({ below: 0.001 }),
      turnedAway({ below: 0.005 }),
    ];
    for (const spec of all) expect(problems(spec)).toEqual([]);
    expect(new Set(all.map(({ type }) => type))).toEqual(new Set(objectives.keys()));
  });
  test('says of every slip what it is, beginning with the parameter', () => {
    expect(problems({ type: 'decision-latency', quantile: 99, below: '5', percentile: 1 })).toEqual([
      'quantile: must be above 0 and below 1, 0.99 for p99: 99',
      `below: must be a duration such as '500ms' or '5s': "5"`,
      'percentile: unknown member. Known: type, during, minimumEvidence, quantile, below, kind, answer.',
    ]);
    expect(problems({ type: 'drained', within: '1s', during: 'surge' })).toEqual([
      'during: must be left out, as a drain has no phase: "surge"',
    ]);
    expect(problems({ type: 'consumer-lag', below: -1 })).toEqual(['below: must be above 0: -1']);
    expect(problems({ type: 'decided', atLeast: 2, minimumEvidence: 0 })).toEqual([
      'minimumEvidence: must be at least 1: 0',
      'atLeast: must be a share above 0, at most 1: 2',
    ]);
    expect(problems({ type: 'queue-length', enters: '', below: 0 })).toEqual([
      'enters: must not be empty: ""',
      'leaves: must be a string; it is missing',
      'below: must be above 0: 0',
    ]);
    expect(problems({ type: 'cost-per-operation', legs: [], below: -1 })).toEqual([
      'legs: must not be empty: []',
      'below: must be above 0: -1',
    ]);
    expect(problems({ type: 'cost-per-operation', legs: [7], below: 1 })).toEqual(['legs[0]: must be a string: 7']);
    expect(problems({ type: 'answer-share', below: 2 })).toEqual([
      'answer: must be a string; it is missing',
      'below: must be a share above 0, at most 1: 2',
    ]);
    expect(problems({ type: 'settled', within: 5, quantile: 1 })).toEqual([
      "within: must be a duration such as '500ms' or '5s': 5",
      'quantile: must be above 0 and below 1, 0.99 for p99: 1',
    ]);
    expect(problems({ type: 'shed-share', below: 0.1, class: 5 })).toEqual(['class: must be a string: 5']);
  });
  test('refuses what could never be missed, and what there would be nothing of', () => {
    expect(problems(goodput({ atLeast: 0 }))).toEqual(['atLeast: must be a share above 0, at most 1: 0']);
    expect(problems(decided({ atLeast: 0 }))).toEqual(['atLeast: must be a share above 0, at most 1: 0']);
    expect(problems(shedShare({ below: 0 }))).toEqual(['below: must be a share above 0, at most 1: 0']);
    expect(problems(detected({ within: '30s' }), [])).toEqual([
      'type: the scenario has no faults, so there is nothing to detect',
    ]);
    expect(problems(recovered({ within: '30s' }), [])).toEqual([
      'type: the scenario has no faults, so there is nothing to recover from',
    ]);
    expect(problemsIn({ faults: [] }, requestsFailed({ below: 0.1 }))).toEqual([
      'type: the scenario has no visits, so there are no HTTP requests',
    ]);
    const unbounded: ScheduledFault = { at: { storyMs: 0 }, fault: { type: 'worker-crash' } };
    expect(problems(recoveredFromEach(), [unbounded])).toEqual([
      'type: no fault of the scenario sets recoverWithin, so there is no bound',
    ]);
    expect(problems(recoveredFromEach(), [unbounded, bounded])).toEqual([]);
  });
});

test('a row makes an objective known by its type', () => {
  expect(objectives.get('decided')).toBe(decided);
  expect(objectives.size).toBe(22);
});

describe('what an objective means elsewhere stands in its own file', () => {
  test('the share that it allows to go wrong, where it promises one of what was planned', () => {
    const second = { planned: 100, correct: 80, degraded: 10, undecided: 7 } as SecondResult;
    const not = { kept: 2, beyond: 1, unsubmitted: 4, unsubmittedUndecided: 3 };
    expect(decided.budget?.(decided({ atLeast: 0.9 }))?.badOf(second, not)).toEqual({ out: 2, bad: 5 });
    const submitted = decided({ atLeast: 0.9, of: 'submitted' });
    expect(decided.budget?.(submitted)?.badOf(second, not)).toEqual({ out: 4, bad: 4 });
    expect(decided.budget?.(decided({ atLeast: 0.9, kind: 'cancellation' }))).toBeUndefined();
    expect(goodput.budget?.(goodput({ atLeast: 0.9 }))?.badOf(second, not)).toEqual({ out: 3, bad: 7 });
  });
  test('the curve of the report that its bound is drawn on', () => {
    expect(decisionLatency.curve?.(decisionLatency({ quantile: 0.5, below: '2s' }))).toBe('latencyMs');
    expect(requestLatency.curve?.(requestLatency({ quantile: 0.99, below: '2s' }))).toBe('latencyMs');
    expect(consumerLag.curve?.(consumerLag({ below: '2s' }))).toBe('lagSeconds');
    expect(consumerLag.curve?.(consumerLag({ below: 500 }))).toBe('lagMessages');
  });
  test('the line that a live page draws for it', () => {
    const p99 = decisionLatency({ quantile: 0.99, below: '2s' });
    expect(decisionLatency.liveLimit?.(p99)).toEqual({ of: 'latencyMs', below: 2_000 });
    expect(decisionLatency.liveLimit?.({ ...p99, quantile: 0.5 })).toBeUndefined();
    expect(decisionLatency.liveLimit?.({ ...p99, answer: 'confirmed' })).toBeUndefined();
    expect(consumerLag.liveLimit?.(consumerLag({ below: '2s' }))).toEqual({ of: 'lagSeconds', below: 2 });
    expect(consumerLag.liveLimit?.(consumerLag({ below: 500 }))).toEqual({ of: 'lagMessages', below: 500 });
  });
});
