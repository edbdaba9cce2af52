import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  consumerLag,
  decided,
  decisionLatency,
  degradedShare,
  degradedTime,
  drained,
  memoryBounded,
  recovered,
  settled,
  shedShare,
  succeeded,
} from '../../harness/judge/objectives/index.ts';
import { micros, type SmallHistory, type SmallOp } from './a-history.ts';
import { judged, objectiveOf } from './judged.ts';
import { sample, series } from './samples.ts';

/** One operation every millisecond, decided after the given latencies; null is never. */
const withLatencies = (latencies: readonly (number | null)[]): SmallOp[] =>
  latencies.map((latency, index) => ({
    op: index + 1,
    at: index,
    ...(latency === null ? { consumed: false } : { answers: [['confirmed', index + latency] as const] }),
  }));
const upTo100 = Array.from({ length: 100 }, (_, index) => index + 1);
const phase = (name: string, fromMs: number, toMs: number, warmUp = false) => ({
  name,
  warmUp,
  startsAt: micros(fromMs),
  endsAt: micros(toMs),
  arrivals: 1,
});

describe('decision latency', () => {
  const p99 = decisionLatency({ quantile: 0.99, below: '100ms', minimumEvidence: 100 });

  test('is the value of nearest rank among all values', async () => {
    const found = await objectiveOf(p99, { ops: withLatencies(upTo100) });
    expect(found).toMatchObject({
      name: 'decision-latency-p99',
      verdict: 'pass',
      observed: 99,
      threshold: 100,
      evidence: 100,
    });
  });
  test('must be below its threshold, not at it', async () => {
    const found = await objectiveOf({ ...p99, below: '99ms' }, { ops: withLatencies(upTo100) });
    expect(found.verdict).toBe('fail');
  });
  test('counts what was never decided as infinitely late', async () => {
    const one = await objectiveOf(p99, { ops: withLatencies([...upTo100.slice(1).map(() => 5), null]) });
    expect(one).toMatchObject({ verdict: 'pass', observed: 5 });
    const two = await objectiveOf(p99, { ops: withLatencies([...upTo100.slice(2).map(() => 5), null, null]) });
    expect(two).toMatchObject({ verdict: 'fail', observed: null });
    expect(two.detail).toContain('2 of 100 were never decided');
  });
  test('leaves out what was shed, and what is of another kind or phase', async () => {
    const ops: SmallOp[] = [
      ...withLatencies(upTo100.map(() => 5)),
      { op: 500, at: 0, answers: [['shed', 900]] },
      { op: 501, at: 0, answers: [['applied', 900]], kind: 'restock' },
      { op: 502, at: 0, answers: [['confirmed', 900]], phase: 'warm-up' },
    ];
    const phases = [phase('warm-up', 0, 1, true), phase('steady', 1, 60_000)];
    expect(await objectiveOf(p99, { ops, phases })).toMatchObject({
      observed: 5,
      evidence: 100,
      during: 'whole drill',
    });
    const warm = await objectiveOf({ ...p99, during: 'warm-up', minimumEvidence: 1 }, { ops, phases });
    expect(warm).toMatchObject({ observed: 900, evidence: 1, during: 'warm-up' });
    const shed = decisionLatency({ quantile: 0.5, below: '1s', answer: 'shed', minimumEvidence: 1 });
    expect(await objectiveOf(shed, { ops, phases })).toMatchObject({ observed: 900, evidence: 1 });
  });
  test('needs ten values beyond the quantile unless it is told otherwise', async () => {
    const { minimumEvidence: _, ...plain } = p99;
    const found = await objectiveOf(plain, { ops: withLatencies(upTo100) });
    expect(found).toMatchObject({ verdict: 'inconclusive', observed: 99 });
    expect(found.detail).toBe('100 values, at least 1000 needed');
  });
  test('agrees with a sorted list on any quantile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(fc.integer({ min: 0, max: 50 }), { freq: 9, nil: null }), { minLength: 1, maxLength: 40 }),
        fc.constantFrom(0.5, 0.9, 0.95, 0.99, 0.999),
        async (latencies, quantile) => {
          const sorted = latencies.map((one) => one ?? Infinity).toSorted((a, b) => a - b);
          const rank = Math.ceil((Math.round(quantile * 1000) * sorted.length) / 1000);
          const expected = sorted[rank - 1] ?? Infinity;
          const spec = decisionLatency({ quantile, below: '20ms', minimumEvidence: 1 });
          const found = await objectiveOf(spec, { ops: withLatencies(latencies) });
          expect(found.observed).toBe(expected === Infinity ? null : expected);
          expect(found.verdict).toBe(expected < 20 ? 'pass' : 'fail');
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('consumer lag', () => {
  test('in seconds is the greatest age of the oldest undecided operation', async () => {
    const ops: SmallOp[] = [
      { op: 1, at: 0, answers: [['confirmed', 3_000]] },
      { op: 2, at: 2_000, answers: [['confirmed', 2_100]] },
    ];
    const spec = consumerLag({ below: '3s', minimumEvidence: 1 });
    expect(await objectiveOf(spec, { ops })).toMatchObject({ verdict: 'fail', observed: 3, threshold: 3, unit: 's' });
  });
  test('grows to the end of the phase for what was never decided, and counts only what overlaps the phase', async () => {
    const phases = [phase('steady', 0, 1_000), phase('after', 1_000, 5_000)];
    const ops: SmallOp[] = [
      { op: 1, at: 0, answers: [['confirmed', 800]] },
      { op: 2, at: 4_000, consumed: false, phase: 'after' },
    ];
    const lag = (during: string) =>
      objectiveOf(consumerLag({ below: '2s', during, minimumEvidence: 1 }), { ops, phases });
    expect(await lag('steady')).toMatchObject({ observed: 0.8, evidence: 1 });
    expect(await lag('after')).toMatchObject({ observed: 1, evidence: 1 });
  });
  test('in messages is the worst sample', async () => {
    const samples = [10, 400, 30, 20, 5].map((value, index) => ({
      at: micros(index * 1_000),
      began_at: micros(index * 1_000),
      probe: 'lag',
      subject: 'inventory',
      value,
      unit: 'messages',
    }));
    const small: SmallHistory = { ops: withLatencies([1]), samples };
    expect(await objectiveOf(consumerLag({ below: 400 }), small)).toMatchObject({ verdict: 'fail', observed: 400 });
    expect((await objectiveOf(consumerLag({ below: 400 }), { ops: withLatencies([1]) })).verdict).toBe('inconclusive');
  });
});

describe('drained, decided, shed', () => {
  test('drained counts from the end of the load', async () => {
    const small = { ops: withLatencies([1]), drainedAt: 63_000 };
    expect(await objectiveOf(drained({ within: '4s' }), small)).toMatchObject({
      verdict: 'pass',
      observed: 3,
      unit: 's',
    });
    expect(await objectiveOf(drained({ within: '3s' }), small)).toMatchObject({ verdict: 'fail' });
  });
  test('a target that never drained fails, with nothing observed', async () => {
    const found = await objectiveOf(drained({ within: '4s' }), { ops: withLatencies([null]), drainedAt: null });
    expect(found).toMatchObject({ verdict: 'fail', observed: null });
  });
  test('what could not be sent was not decided', async () => {
    const ops: SmallOp[] = [...withLatencies([1, 1, 1]), { op: 9, at: 0, absent: true, outcome: 'failed' }];
    const found = await objectiveOf(decided({ atLeast: 0.8, minimumEvidence: 1 }), { ops });
    expect(found).toMatchObject({
      verdict: 'fail',
      observed: 0.75,
      evidence: 4,
      detail: '1 never reached the input log',
    });
    const submitted = decided({ atLeast: 0.8, minimumEvidence: 1, of: 'submitted' });
    expect(await objectiveOf(submitted, { ops })).toMatchObject({
      verdict: 'pass',
      observed: 1,
      evidence: 3,
      detail: '1 never reached the input log and do not count',
    });
  });
  test('the share that was shed, by class', async () => {
    const ops: SmallOp[] = [
      { op: 1, at: 0, answers: [['shed', 1]] },
      { op: 2, at: 0, answers: [['confirmed', 1]] },
      { op: 3, at: 0, answers: [['confirmed', 1]], premium: true },
      { op: 4, at: 0, consumed: false },
    ];
    const spec = shedShare({ below: 0.5, minimumEvidence: 1 });
    expect((await objectiveOf(spec, { ops })).observed).toBeCloseTo(1 / 3);
    expect(await objectiveOf({ ...spec, class: 'premium' }, { ops })).toMatchObject({
      observed: 0,
      evidence: 1,
      verdict: 'pass',
    });
  });
});

describe('memory', () => {
  const watched = [100, 150, 120].flatMap((value, index) =>
    series('memory', `worker-${index}`, 0, [...Array.from({ length: 299 }, () => value - 1), value]),
  );
  const samples = [...watched, sample('memory', 'worker-0', 70_000, 600)];
  test('is the largest of any one process within the load', async () => {
    const small = { ops: withLatencies([1]), samples };
    expect(await objectiveOf(memoryBounded({ below: 200 }), small)).toMatchObject({
      verdict: 'pass',
      observed: 150,
      detail: 'worker-1',
    });
  });
  test('without a limit anywhere it is inconclusive', async () => {
    expect((await objectiveOf(memoryBounded(), { ops: withLatencies([1]), samples })).verdict).toBe('inconclusive');
  });
});

const fault = (at: number, verified = true) => ({
  name: 'worker-crash',
  commandedAt: micros(at),
  verified,
  healed: true,
  detail: '',
});
const within = (seconds: number) => recovered({ within: `${seconds}s` });

describe('recovery', () => {
  test('lasts from the strike to the last late decision', async () => {
    const ops: SmallOp[] = [
      { op: 1, at: 1_000, answers: [['confirmed', 1_100]] },
      { op: 2, at: 5_500, answers: [['confirmed', 9_000]] },
      { op: 3, at: 8_500, answers: [['confirmed', 9_100]] },
    ];
    const found = await objectiveOf(within(5), { ops, faults: [fault(5_000)] });
    expect(found).toMatchObject({ verdict: 'pass', observed: 4, evidence: 1, detail: 'slowest: worker-crash' });
  });
  test('is at once where nothing was late', async () => {
    expect(await objectiveOf(within(5), { ops: withLatencies([1]), faults: [fault(0)] })).toMatchObject({
      observed: 0,
    });
  });
  test('takes the slowest of several, each up to the next strike', async () => {
    const ops: SmallOp[] = [
      { op: 1, at: 1_000, answers: [['confirmed', 4_000]] },
      { op: 2, at: 11_000, answers: [['confirmed', 17_000]] },
    ];
    const found = await objectiveOf(within(5), { ops, faults: [fault(1_000), fault(10_000)] });
    expect(found).toMatchObject({ verdict: 'fail', observed: 7 });
  });
  test('never came where something is still undecided', async () => {
    const ops: SmallOp[] = [{ op: 1, at: 1_000, consumed: false }];
    expect(await objectiveOf(within(5), { ops, faults: [fault(500)] })).toMatchObject({
      verdict: 'fail',
      observed: null,
    });
  });
  test('is inconclusive where no fault was seen to strike', async () => {
    expect((await objectiveOf(within(5), { ops: withLatencies([1]), faults: [fault(0, false)] })).verdict).toBe(
      'inconclusive',
    );
  });
});

describe('the generator and the clocks', () => {
  const missed = decisionLatency({ quantile: 0.5, below: '1ms', minimumEvidence: 1 });
  const met = decisionLatency({ quantile: 0.5, below: '1s', minimumEvidence: 1 });
  const ops = withLatencies([5, 5, 5]);

  test('a missed objective does not stand when the generator fell behind, a counterexample does', async () => {
    const lost: SmallOp = { op: 99, at: 0 };
    const fellBehind = { ops: [...ops, lost], opening: { p: 9 }, generator: { unsent: 1 }, objectives: [missed, met] };
    const without = await judged(fellBehind);
    expect(without).toMatchObject({ verdict: 'inconclusive', generator: { keptUp: false } });
    expect(without.objectives.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'pass']);
    const withOne = await judged({ ...fellBehind, invariants: ['no-lost-order'] });
    expect(withOne.verdict).toBe('fail');
  });
  test('met objectives are no pass when the generator fell behind', async () => {
    const judgement = await judged({ ops, objectives: [met], generator: { unsent: 2 } });
    expect(judgement.verdict).toBe('inconclusive');
    expect(judgement.notes).toContain('The generator fell behind: 2 operations were never sent');
  });
  test('a latency missed by less than the generator was late is not the target’s', async () => {
    const spec = decisionLatency({ quantile: 0.5, below: '20ms', minimumEvidence: 1 });
    const late = await objectiveOf(spec, { ops, sentLateMs: 18 });
    expect(late).toMatchObject({ verdict: 'inconclusive', observed: 23 });
    const slow = await objectiveOf(spec, { ops: withLatencies([50, 50, 50]), sentLateMs: 18 });
    expect(slow).toMatchObject({ verdict: 'fail', observed: 68 });
    const { generator } = await judged({ ops, sentLateMs: 201 });
    expect(generator).toMatchObject({ keptUp: false, sendErrorP99Ms: 201, sendErrorMaxMs: 201 });
  });
  test('clocks that disagree make latency inconclusive and show by how much', async () => {
    const small = { ops, objectives: [met, drained({ within: '5s' })] };
    expect((await judged(small)).clock).toEqual({ agrees: true, worstOffsetMs: 0 });
    const judgement = await judged({ ...small, brokerAheadMs: -50 });
    expect(judgement.clock).toEqual({ agrees: false, worstOffsetMs: 50 });
    expect(judgement.verdict).toBe('inconclusive');
    expect(judgement.objectives.map(({ verdict, detail }) => [verdict, detail])).toEqual([
      ['inconclusive', 'the clocks differ by 50.0 ms'],
      ['pass', ''],
    ]);
    const ahead = await judged({ ...small, brokerAheadMs: 70 });
    expect(ahead.clock).toEqual({ agrees: false, worstOffsetMs: 69 });
  });
});

const answered = (answers: readonly (string | null)[]): SmallHistory => ({
  domain: 'wallet',
  ops: answers.map((answer, index) => ({
    op: index + 1,
    at: index,
    ...(answer === null ? { consumed: false } : { answers: [[answer, 69_000] as const] }),
  })),
});

describe('success', () => {
  const objective = succeeded({ atLeast: 0.5, minimumEvidence: 4 });

  const denied = answered(['success', 'declined', 'blocked', 'failed', 'shed', null]);
  test('is any answer that serves, however late, a business decline too; never a technical one or none', async () => {
    const right = {
      ...denied,
      opening: { u1: 1_000, m1: 0 },
      categories: { u2: 'mule' },
      ops: (denied.ops ?? []).map((one, i) =>
        i === 1 ? { ...one, paise: 9_999 } : i === 2 ? { ...one, key: 'u2' } : one,
      ),
    };
    const found = await objectiveOf(objective, right);
    expect(found).toMatchObject({ name: 'succeeded', verdict: 'pass', observed: 0.5, evidence: 6 });
    expect(found.detail).toBe('2 were turned down and 1 got no answer');
  });
  test('is no denial that the history does not show right', async () => {
    expect(await objectiveOf(objective, denied)).toMatchObject({ verdict: 'fail', observed: 1 / 6 });
  });
  test('is missed below its share', async () => {
    const found = await objectiveOf(objective, answered(['success', 'failed', 'rejected', 'success', 'failed']));
    expect(found).toMatchObject({ verdict: 'fail', observed: 0.4 });
  });
});

/** Decided at 10 ms, credited the given time after; null is never. */
const credited = (delays: readonly (number | null)[]): SmallHistory => ({
  domain: 'wallet',
  ops: delays.map((delay, index) => ({
    op: index + 1,
    at: 0,
    answers: [['success', 10]],
    legs: [
      { leg: 'debit', delta: -100, committed_at: micros(5) },
      ...(delay === null ? [] : [{ leg: 'credit', key: 'm1', delta: 100, committed_at: micros(10 + delay) }]),
    ],
  })),
});

describe('settlement', () => {
  const objective = settled({ within: '1s', quantile: 0.5, minimumEvidence: 3 });

  test('lasts from the decision to the last effect, and no time where that came first', async () => {
    const found = await objectiveOf(objective, credited([-2, 800, 900]));
    expect(found).toMatchObject({ name: 'settled', verdict: 'pass', observed: 800, evidence: 3 });
    const early = await objectiveOf(objective, credited([-2, -2, 900]));
    expect(early).toMatchObject({ verdict: 'pass', observed: 0 });
  });
  test('never ends where an effect is missing', async () => {
    const found = await objectiveOf(objective, credited([null, 800, null]));
    expect(found).toMatchObject({ verdict: 'fail', observed: null });
    expect(found.detail).toContain('2 of 3 never settled');
  });
  test('counts only what succeeded', async () => {
    const declined: SmallOp = { op: 9, at: 0, answers: [['declined', 10]] };
    const { ops = [], ...rest } = credited([1, 2, 3]);
    expect(await objectiveOf(objective, { ...rest, ops: [...ops, declined] })).toMatchObject({ evidence: 3 });
  });
  test('is known of units as well: one effect', async () => {
    const ops = withLatencies([1, 2, 3]);
    expect(await objectiveOf(objective, { ops })).toMatchObject({ verdict: 'pass', observed: 0, evidence: 3 });
  });
});

const decidedAt = (at: number, mode: 'full' | 'degraded', index: number): SmallOp => ({
  op: index + 1,
  at: 0,
  answers: [['confirmed', at]],
  mode,
});

test('the share decided in degraded mode is of what was decided at all', async () => {
  const ops = [decidedAt(500, 'degraded', 0), decidedAt(1_500, 'full', 1), { op: 3, at: 0, consumed: false }];
  const objective = degradedShare({ below: 0.4, minimumEvidence: 1 });
  expect(await objectiveOf(objective, { ops })).toMatchObject({
    name: 'degraded-share',
    verdict: 'fail',
    observed: 0.5,
    evidence: 2,
  });
});

describe('time in degraded mode', () => {
  const objective = degradedTime({ below: '3s', minimumEvidence: 1 });

  test('is every second in which some decision was degraded, once', async () => {
    const times = [100, 900, 2_000, 2_500, 7_999];
    const ops = [...times.map((at, index) => decidedAt(at, 'degraded', index)), decidedAt(4_000, 'full', 9)];
    const found = await objectiveOf(objective, { ops });
    expect(found).toMatchObject({ name: 'degraded-time', verdict: 'fail', observed: 3, unit: 's', evidence: 6 });
    expect(found.detail).toBe('5 of 6 decisions');
  });
  test('is none in full mode, and counts only the phase it is about', async () => {
    const ops = [decidedAt(500, 'degraded', 0), decidedAt(1_500, 'full', 1)];
    const phases = [phase('early', 0, 1_000), phase('late', 1_000, 60_000)];
    expect(await objectiveOf({ ...objective, during: 'late' }, { ops, phases })).toMatchObject({
      verdict: 'pass',
      observed: 0,
      detail: '',
    });
  });
});
