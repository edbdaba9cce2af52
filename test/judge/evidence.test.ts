import { describe, expect, test } from 'vitest';

import {
  answerShare,
  consumerLag,
  decided,
  decisionLatency,
  degradedShare,
  degradedTime,
  drained,
  goodput,
  memoryBounded,
  queueLength,
  recovered,
  recoveredFromEach,
  settled,
  shedShare,
  shelfAccuracy,
  succeeded,
} from '../../harness/judge/objectives/index.ts';
import type { FaultRecord } from '../../harness/history/drill-record.ts';
import type { ObjectiveSpec } from '../../harness/scenario/scenario.ts';
import { micros, type SmallHistory, type SmallOp } from './a-history.ts';
import { judged, objectiveOf } from './judged.ts';

/** So many operations, a millisecond apart, each answered at once; `first` overrides the first ones. */
const many = (count: number, first: readonly Partial<SmallOp>[] = [], answer = 'confirmed'): SmallOp[] =>
  Array.from({ length: count }, (_, index) => ({
    op: index + 1,
    at: index,
    answers: [[answer, index + 1] as const],
    ...first[index],
  }));
const times = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value);
const undecided: Partial<SmallOp> = { answers: [], consumed: false };
const verdictOf = async (spec: ObjectiveSpec, small: SmallHistory) => (await objectiveOf(spec, small)).verdict;

describe('a met bound takes the evidence that it calls for', () => {
  test('3,000 values for 99.9 %, and not one fewer', async () => {
    const spec = decided({ atLeast: 0.999 });
    const few = await objectiveOf(spec, { ops: many(2_999) });
    expect(few).toMatchObject({ verdict: 'inconclusive', observed: 1, evidence: 2_999 });
    expect(few.detail).toBe('2999 values, at least 3000 needed');
    expect(await verdictOf(spec, { ops: many(3_000) })).toBe('pass');
    expect(await verdictOf(decided({ atLeast: 0.9999 }), { ops: many(3_000) })).toBe('inconclusive');
  });
  test('of every objective that promises a share', async () => {
    const ops = many(1_400);
    const specs = [goodput({ atLeast: 0.998 }), succeeded({ atLeast: 0.998 }), shedShare({ below: 0.002 })];
    const more = [degradedShare({ below: 0.002 }), answerShare({ answer: 'sold_out', below: 0.002 })];
    const { objectives } = await judged({ ops, opening: { p: 2_000 }, objectives: [...specs, ...more] });
    expect(objectives.map(({ verdict, evidence }) => [verdict, evidence])).toEqual(times(5, ['inconclusive', 1_400]));
  });
  test('a scenario may ask for more, and for less where a note says so', async () => {
    const ops = many(200);
    expect(await verdictOf(decided({ atLeast: 0.9, minimumEvidence: 201 }), { ops })).toBe('inconclusive');
    const { objectives, notes } = await judged({ ops, objectives: [decided({ atLeast: 0.999, minimumEvidence: 50 })] });
    expect(objectives[0]).toMatchObject({ verdict: 'pass', evidenceNeeded: 3_000 });
    expect(notes).toEqual(['decided was met on 200 values, which the scenario allows; its bound needs 3000']);
  });
  test('nothing at all drains at once, and shows nothing', async () => {
    for (const drainedAt of [60_500, null])
      expect(await objectiveOf(drained({ within: '4s' }), { ops: [], drainedAt })).toMatchObject({
        verdict: 'inconclusive',
        observed: null,
        evidence: 0,
      });
  });
});

describe('a missed bound takes less', () => {
  test('200 of 200 late are a miss of p99', async () => {
    const ops = many(200, times(200, { answers: [['confirmed', 30_000]] as const }));
    const spec = decisionLatency({ quantile: 0.99, below: '500ms' });
    expect(await objectiveOf(spec, { ops })).toMatchObject({ verdict: 'fail', evidence: 200 });
  });
  test('as many bad ones as chance may bring are no miss', async () => {
    const spec = decided({ atLeast: 0.999 });
    const one = await objectiveOf(spec, { ops: many(100, [undecided]) });
    expect(one.verdict).toBe('inconclusive');
    expect(one.detail).toContain('100 values, at least 3000 needed');
    expect(await verdictOf(spec, { ops: many(100, [undecided, undecided]) })).toBe('fail');
  });
  test('where all is promised, one is enough', async () => {
    expect(await verdictOf(decided({ atLeast: 1 }), { ops: many(10, [undecided]) })).toBe('fail');
    expect(await verdictOf(decided({ atLeast: 1 }), { ops: many(10) })).toBe('inconclusive');
  });
  test('one value beyond a maximum is a counterexample', async () => {
    const ops: SmallOp[] = [{ op: 1, at: 0, answers: [['confirmed', 3_000]] }];
    expect(await verdictOf(consumerLag({ below: '2s' }), { ops })).toBe('fail');
    expect(await verdictOf(consumerLag({ below: '4s' }), { ops })).toBe('inconclusive');
  });
  test('settlements that never came', async () => {
    const ops = many(30, times(30, { effects: [] }));
    expect(await verdictOf(settled({ within: '1s', quantile: 0.99 }), { ops })).toBe('fail');
  });
});

test('effects that do not say when they came are not known to have come in time, nor too late', async () => {
  const ops = many(1_000, times(20, { legs: [{ delta: -1, committed_at: null }] }));
  const found = await objectiveOf(settled({ within: '1s', quantile: 0.99 }), { ops });
  expect(found).toMatchObject({ verdict: 'inconclusive', observed: 0 });
  expect(found.detail).toBe('the effects of 20 of 1000 have no time');
});

const fault = (at: number, more: Partial<FaultRecord> = {}): FaultRecord => ({
  name: 'worker-crash',
  commandedAt: micros(at),
  verified: true,
  healed: true,
  detail: '',
  ...more,
});

describe('recovery', () => {
  test('is not known to have come in time where the next fault struck first, and known not to where that was too late', async () => {
    const ops: SmallOp[] = [
      { op: 1, at: 1_000, answers: [['confirmed', 8_500]] },
      { op: 2, at: 5_000, answers: [['confirmed', 5_010]] },
    ];
    const faults = [fault(500), fault(4_000)];
    const found = await objectiveOf(recovered({ within: '5s' }), { ops, faults });
    expect(found).toMatchObject({ verdict: 'inconclusive', observed: 4.5 });
    expect(found.detail).toContain('the next fault struck before recovery from worker-crash');
    expect(await verdictOf(recovered({ within: '3s' }), { ops, faults })).toBe('fail');
  });
  test('is not shown where nothing was submitted after the strike, nor of a fault that was not seen to strike', async () => {
    const silent = await objectiveOf(recovered({ within: '5s' }), { ops: many(10), faults: [fault(1_000)] });
    expect(silent).toMatchObject({ verdict: 'inconclusive', observed: 0 });
    expect(silent.detail).toContain('nothing was submitted after worker-crash struck');
    const faults = [fault(0), fault(5, { name: 'redis-flush', verified: false })];
    const half = await objectiveOf(recovered({ within: '5s' }), { ops: many(10), faults });
    expect(half.verdict).toBe('inconclusive');
    expect(half.detail).toContain('redis-flush was not seen to strike');
  });
});

/** Ten operations in each of the named seconds, decided after so long. */
const inSeconds = (latencies: Readonly<Record<number, number>>): SmallOp[] =>
  Object.entries(latencies).flatMap(([second, latency]) =>
    Array.from({ length: 10 }, (_, index): SmallOp => {
      const at = Number(second) * 1_000 + index * 100;
      return { op: at + 1, at, answers: [['confirmed', at + latency]] };
    }),
  );

describe('seconds in which nothing was planned', () => {
  const drill = { loadEndedAt: micros(40_000), drainedAt: micros(41_000), closedAt: micros(50_000) };
  const phases = [{ name: 'steady', warmUp: false, startsAt: micros(0), endsAt: micros(40_000), arrivals: 100 }];
  const bounded = fault(5_000, { healedAt: micros(10_000), recoverWithinMs: 8_000 });
  const each = (ops: readonly SmallOp[]) =>
    objectiveOf(recoveredFromEach({ lagBelow: '30s' }), {
      ops,
      drill,
      phases,
      opening: { p: 1_000 },
      faults: [bounded],
    });

  test('are not well: only what comes after them shows it', async () => {
    // Nothing from 10 to 20, late then, well from 23 on.
    const found = await each(inSeconds({ 20: 6_000, 21: 6_000, 22: 6_000, 23: 10, 24: 10, 25: 10 }));
    expect(found).toMatchObject({ verdict: 'fail', observed: 13 });
  });
  test('are not unwell either: when all was well within them is not known', async () => {
    const found = await each(inSeconds({ 10: 6_000, 20: 10, 21: 10, 22: 10 }));
    expect(found).toMatchObject({ verdict: 'inconclusive', evidence: 0 });
    expect(found.detail).toContain('the drill does not show when the pipeline recovered from worker-crash');
    expect(await each(inSeconds({ 10: 6_000, 17: 10, 18: 10, 19: 10 }))).toMatchObject({
      verdict: 'pass',
      observed: 7,
    });
  });
  test('to the end of the drill show nothing', async () => {
    expect((await each(inSeconds({ 4: 10, 5: 10 }))).verdict).toBe('inconclusive');
  });
  test('do not end a hold, and are no part of it', async () => {
    expect(await each(inSeconds({ 10: 10, 13: 10, 16: 10, 17: 6_000 }))).toMatchObject({
      verdict: 'pass',
      observed: 0,
    });
    const cut = await each(inSeconds({ 10: 10, 13: 10, 16: 6_000, 17: 10, 18: 10, 19: 10 }));
    expect(cut).toMatchObject({ verdict: 'pass', observed: 7 });
  });
  test('tell of the lag', async () => {
    const ops = inSeconds({ 10: 10, 11: 4_500, 20: 10, 21: 10 });
    const small = { ops, drill, phases, opening: { p: 1_000 }, faults: [bounded] };
    // Well but for the lag, which is over 1 s at the ends of seconds 12 to 15.
    expect(await objectiveOf(recoveredFromEach(), small)).toMatchObject({ verdict: 'pass', observed: 6 });
  });
});

const event = (stage: string, name = 'raise-pool') => ({
  at: micros(1_000),
  kind: 'action',
  name,
  stage,
  detail: 'no such pool',
});
const doubtsOf = async (events: SmallHistory['events'] = []) => {
  const { verdict, notes } = await judged({
    ops: many(10),
    events,
    objectives: [decided({ atLeast: 0.5, minimumEvidence: 1 })],
  });
  return { verdict, doubts: notes.filter((note) => note.includes('action')) };
};

describe('an action of the scenario', () => {
  test('that failed keeps the drill from a pass', async () => {
    expect(await doubtsOf([event('commanded'), event('failed')])).toEqual({
      verdict: 'inconclusive',
      doubts: ['The action raise-pool failed: no such pool'],
    });
  });
  test('that was commanded and never done does too', async () => {
    expect(await doubtsOf([event('commanded')])).toEqual({
      verdict: 'inconclusive',
      doubts: ['The action raise-pool was not verified'],
    });
  });
  test('that was done, or that the target does not know, does not', async () => {
    const events = [event('commanded'), event('verified'), event('unknown', 'bypass-sync')];
    expect((await doubtsOf(events)).doubts).toEqual([]);
  });
});

test.each([
  ['without a phase', []],
  ['that is all warm-up', [{ name: 'steady', warmUp: true, startsAt: micros(0), endsAt: micros(60_000), arrivals: 1 }]],
])('a drill %s shows nothing of any phase', async (_, phases) => {
  for (const spec of [
    consumerLag({ below: '2s' }),
    consumerLag({ below: 100 }),
    memoryBounded({ below: 5 }),
    shelfAccuracy({ atLeast: 0.9 }),
    degradedTime({ below: '5s' }),
    queueLength({ enters: 'review', leaves: 'reviewed', below: 3 }),
  ])
    expect(await objectiveOf(spec, { ops: many(1), phases })).toMatchObject({
      observed: null,
      verdict: 'inconclusive',
    });
});
