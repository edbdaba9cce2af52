import { describe, expect, test } from 'vitest';

import type { ObjectiveSpec, ScheduledFault } from '../../scenario/scenario.ts';
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
  objectives,
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

const visits = {
  everyNth: 1,
  journey: 'toofan/simulators/inventory/storefront/journeys/sale.ts',
  lasts: '1s',
} as const;
const problems = (spec: ObjectiveSpec, faults: readonly ScheduledFault[] = [bounded]) =>
  objectives.get(spec.type)?.validate(spec as never, { faults, visits });
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
      'percentile: no such parameter; it takes during, minimumEvidence, quantile, below, kind, answer',
      'quantile: above 0 and below 1, 0.99 for p99: 99',
      `below: not a duration such as '500ms' or '5s': "5"`,
    ]);
    expect(problems({ type: 'drained', within: '1s', during: 'surge' })).toEqual([
      'during: a drain has no phase; leave it out',
    ]);
    expect(problems({ type: 'consumer-lag', below: -1 })).toEqual(['below: a number above 0: -1']);
    expect(problems({ type: 'decided', atLeast: 2, minimumEvidence: 0 })).toEqual([
      'minimumEvidence: a whole number from 1: 0',
      'atLeast: a share above 0, at most 1: 2',
    ]);
    expect(problems({ type: 'queue-length', enters: '', below: 0 })).toEqual([
      'enters: a name: ""',
      'leaves: a name: undefined',
      'below: a number above 0: 0',
    ]);
    expect(problems({ type: 'cost-per-operation', legs: [], below: -1 })).toEqual([
      'legs: names of effects, at least one',
      'below: a number above 0: -1',
    ]);
    expect(problems({ type: 'cost-per-operation', legs: [7], below: 1 })).toEqual(['legs[0]: a name: 7']);
    expect(problems({ type: 'answer-share', below: 2 })).toEqual([
      'answer: a name: undefined',
      'below: a share above 0, at most 1: 2',
    ]);
    expect(problems({ type: 'settled', within: 5, quantile: 1 })).toEqual([
      'quantile: above 0 and below 1, 0.99 for p99: 1',
      "within: not a duration such as '500ms' or '5s': 5",
    ]);
    expect(problems({ type: 'shed-share', below: 0.1, class: 5 })).toEqual(['class: a name: 5']);
  });
  test('refuses what could never be missed, and what there would be nothing of', () => {
    expect(problems(goodput({ atLeast: 0 }))).toEqual(['atLeast: a share above 0, at most 1: 0']);
    expect(problems(decided({ atLeast: 0 }))).toEqual(['atLeast: a share above 0, at most 1: 0']);
    expect(problems(shedShare({ below: 0 }))).toEqual(['below: a share above 0, at most 1: 0']);
    expect(problems(detected({ within: '30s' }), [])).toEqual([
      'type: the scenario has no faults, so there is nothing to detect',
    ]);
    expect(problems(recovered({ within: '30s' }), [])).toEqual([
      'type: the scenario has no faults, so there is nothing to recover from',
    ]);
    expect(
      objectives.get('requests-failed')?.validate(requestsFailed({ below: 0.1 }) as never, { faults: [] }),
    ).toEqual(['type: the scenario has no visits, so nothing is asked over HTTP']);
    const unbounded: ScheduledFault = { at: { storyMs: 0 }, fault: { type: 'worker-crash' } };
    expect(problems(recoveredFromEach(), [unbounded])).toEqual([
      'type: no fault of the scenario states recoverWithin, so there is no bound to be kept',
    ]);
    expect(problems(recoveredFromEach(), [unbounded, bounded])).toEqual([]);
  });
});
