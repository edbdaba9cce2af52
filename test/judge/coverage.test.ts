import { describe, expect, test } from 'vitest';

import type { Row } from '../../harness/history/schema.ts';
import {
  consumerLag,
  decided,
  decisionLatency,
  degradedTime,
  detected,
  memoryBounded,
  queueLength,
  shelfAccuracy,
} from '../../harness/judge/objectives/index.ts';
import type { ObjectiveSpec } from '../../harness/scenario/scenario.ts';
import { micros, type SmallHistory, type SmallOp } from './a-history.ts';
import { invariantOf, judged, objectiveOf } from './judged.ts';
import { sample, series } from './samples.ts';
import { wallet } from './a-wallet.ts';

const phases = [{ name: 'steady', warmUp: false, startsAt: micros(0), endsAt: micros(10_000), arrivals: 100 }];
const drill = { loadEndedAt: micros(10_000), drainedAt: micros(11_000), closedAt: micros(20_000) };
/** A hundred orders in ten seconds, answered at once. */
const ops = Array.from({ length: 100 }, (_, index): SmallOp => ({
  op: index + 1,
  at: index * 100,
  answers: [['confirmed', index * 100 + 10]],
}));
const of = (spec: ObjectiveSpec, small: SmallHistory) =>
  objectiveOf(spec, { ops, phases, drill, opening: { p: 1_000 }, ...small });
/** Sampled five times a second in [from, to) ms. */
const watched = (probe: string, subject: string, from: number, to: number, value: number) =>
  series(
    probe,
    subject,
    from,
    Array.from({ length: (to - from) / 200 }, () => value),
  );
/** Twenty-five reads per second. */
const reads = (from: number, to: number, value: number | null): Row<'samples'>[] =>
  Array.from({ length: (to - from) / 40 }, (_, index) => ({
    at: micros(from + index * 40),
    began_at: micros(from + index * 40),
    probe: 'shelf',
    subject: 'p',
    value,
    unit: 'units',
  }));

const everySecond = (from: number, to: number) =>
  Array.from({ length: (to - from) / 1_000 }, (_, index) => sample('audit', 'shard-0', from + index * 1_000, 0));

const leg = (name: string, op: number, at: number | null) => ({
  op,
  leg: name,
  delta: 0,
  committed_at: at === null ? null : micros(at),
});

const withLimits = (memoryLimits: Readonly<Record<string, number | null>>, memoryLimitMiB: number | null = 512) => ({
  ...drill,
  target: { name: 'small', readModel: null, memoryLimitMiB, memoryLimits },
});

describe('memory', () => {
  test('of a process that was not looked at for long says nothing but what was seen', async () => {
    const spec = memoryBounded({ below: 200 });
    const whole = watched('memory', 'w-0', 0, 10_000, 150);
    expect(await of(spec, { samples: whole })).toMatchObject({ verdict: 'pass', observed: 150, detail: 'w-0' });
    const stops = await of(spec, { samples: [...whole, ...watched('memory', 'w-1', 0, 4_000, 100)] });
    expect(stops).toMatchObject({ verdict: 'inconclusive', observed: 150 });
    expect(stops.detail).toBe('w-0; the probe memory has a gap of 6.2 s of w-1, longer than the 2.5 s allowed');
    const begins = await of(spec, { samples: watched('memory', 'w-0', 3_000, 10_000, 100) });
    expect(begins.verdict).toBe('inconclusive');
    const over = await of(spec, { samples: [sample('memory', 'w-0', 500, 250)] });
    expect(over).toMatchObject({ verdict: 'fail', observed: 250 });
  });
  test('of a process that was seen to be down is none', async () => {
    const samples = [
      ...watched('memory', 'w-0', 0, 4_000, 150),
      ...watched('up', 'w-0', 4_000, 8_000, 0),
      ...watched('memory', 'w-0', 8_000, 10_000, 150),
    ];
    expect((await of(memoryBounded({ below: 200 }), { samples })).verdict).toBe('pass');
  });
  test('is held to the limit of each process, not to the largest', async () => {
    const samples = [...watched('memory', 'api-0', 0, 10_000, 300), ...watched('memory', 'worker-0', 0, 10_000, 200)];
    const found = await of(memoryBounded(), { samples, drill: withLimits({ 'api-0': 512, 'worker-0': 128 }) });
    expect(found).toMatchObject({ verdict: 'fail', observed: 200, threshold: 128, detail: 'worker-0' });
    const fits = await of(memoryBounded(), { samples, drill: withLimits({ 'api-0': 512, 'worker-0': 256 }) });
    expect(fits).toMatchObject({ verdict: 'pass', observed: 200, threshold: 256 });
    const old = { ...drill, target: { name: 'small', readModel: null, memoryLimitMiB: 512 } };
    expect(await of(memoryBounded(), { samples, drill: old })).toMatchObject({ verdict: 'pass', threshold: 512 });
  });
  test('of a process without a limit, or without a sample, is not known to be bounded', async () => {
    const samples = watched('memory', 'api-0', 0, 10_000, 300);
    const unlimited = await of(memoryBounded(), {
      samples: [...samples, ...watched('memory', 'etl-0', 0, 10_000, 9_000)],
      drill: withLimits({ 'api-0': 512, 'etl-0': null }, null),
    });
    expect(unlimited).toMatchObject({ verdict: 'inconclusive', observed: 300 });
    expect(unlimited.detail).toContain('etl-0 has no limit');
    const unseen = await of(memoryBounded(), { samples, drill: withLimits({ 'api-0': 512, 'worker-0': 128 }) });
    expect(unseen.verdict).toBe('inconclusive');
    expect(unseen.detail).toContain('the probe memory has no sample of worker-0');
  });
  test('alerts by the limit of each process too', async () => {
    const samples = [...watched('memory', 'api-0', 0, 10_000, 200), ...watched('memory', 'worker-0', 0, 10_000, 200)];
    const { events } = await judged({ ops, phases, samples, drill: withLimits({ 'api-0': 512, 'worker-0': 210 }) });
    const alerts = events.filter(({ kind, stage }) => kind === 'alert' && stage === 'firing');
    expect(alerts.map(({ detail }) => detail.split(':')[0])).toEqual(['worker-0']);
  });
});

describe('lag in messages', () => {
  const spec = consumerLag({ below: 400 });
  test('of the first second alone is no evidence', async () => {
    const found = await of(spec, { samples: watched('lag', 'inventory', 0, 1_000, 5) });
    expect(found).toMatchObject({ verdict: 'inconclusive', observed: 5, evidence: 5 });
    expect(found.detail).toContain('has a gap of 9.2 s of inventory');
    expect((await of(spec, { samples: watched('lag', 'inventory', 0, 10_000, 5) })).verdict).toBe('pass');
  });
  test('takes every group', async () => {
    const found = await of(spec, { samples: watched('lag', 'other', 0, 10_000, 5) });
    expect(found.detail).toContain('the probe lag has no sample of inventory');
  });
  test('is looked at where the broker is seen to be down', async () => {
    const samples = [
      ...watched('lag', 'inventory', 0, 3_000, 5),
      ...watched('up', 'kafka', 3_000, 8_000, 0),
      ...watched('lag', 'inventory', 8_000, 10_000, 5),
    ];
    expect((await of(spec, { samples })).verdict).toBe('pass');
  });
  test('above the bound is a miss however seldom one looked', async () => {
    expect((await of(spec, { samples: [sample('lag', 'inventory', 100, 400)] })).verdict).toBe('fail');
  });
});

describe('the shelf', () => {
  const spec = shelfAccuracy({ atLeast: 0.9 });
  const shelf = { opening: { p: 10 }, ops: [], stalenessMs: 0 };

  test('that was read with a gap is not known to have been right', async () => {
    expect(await of(spec, { ...shelf, samples: reads(0, 10_000, 10) })).toMatchObject({ verdict: 'pass', observed: 1 });
    const gap = await of(spec, { ...shelf, samples: [...reads(0, 4_000, 10), ...reads(7_000, 10_000, 10)] });
    expect(gap.verdict).toBe('inconclusive');
    expect(gap.detail).toContain('the probe shelf has a gap of 3.0 s');
  });
  test('that is always 0.4 off is never right', async () => {
    expect(await of(spec, { ...shelf, samples: reads(0, 10_000, 10.4) })).toMatchObject({
      verdict: 'fail',
      observed: 0,
    });
  });
  test('whose keys are gone shows nothing', async () => {
    expect((await of(spec, { ...shelf, samples: reads(0, 10_000, null) })).verdict).toBe('inconclusive');
    const half = await of(spec, { ...shelf, samples: [...reads(0, 5_000, 10), ...reads(5_000, 10_000, null)] });
    expect(half.verdict).toBe('inconclusive');
    expect(half.detail).toContain('125 of 250 reads found no such key on the shelf');
    const few = [...reads(0, 9_600, 10), ...reads(9_600, 10_000, null)];
    expect((await of(spec, { ...shelf, samples: few })).verdict).toBe('pass');
    const wrong = [...reads(0, 5_000, 9), ...reads(5_000, 10_000, null)];
    expect((await of(spec, { ...shelf, samples: wrong })).verdict).toBe('fail');
  });
  test('of which the books give no versions is not known to be wrong', async () => {
    const effects = [{ op: 1, delta: -1, version: null, committed_at: micros(100) }];
    const found = await of(spec, { ...shelf, effects, samples: reads(0, 10_000, 9) });
    expect(found).toMatchObject({ verdict: 'inconclusive', observed: null });
    expect(found.detail).toContain('effects without versions cannot show the true stock');
  });
  test('at the very end of a phase belongs to the next', async () => {
    const samples = [...reads(0, 10_000, 10), ...reads(10_000, 10_400, 3)];
    expect(await of(shelfAccuracy({ atLeast: 1, minimumEvidence: 1 }), { ...shelf, samples })).toMatchObject({
      verdict: 'pass',
    });
  });
});

describe('audits', () => {
  const conserved = (samples: SmallHistory['samples'] = []) =>
    invariantOf('money-conserved', wallet([], { audits: ['shard-0'], phases, drill, samples, ops: [paid] }));
  const paid: SmallOp = { op: 1, at: 0, answers: [['success', 1]] };

  test('that were asked once, before the load, show nothing', async () => {
    const once = await conserved([sample('audit', 'shard-0', -500, 0)]);
    expect(once.verdict).toBe('inconclusive');
    expect((await conserved(everySecond(-1_000, 12_000))).verdict).toBe('pass');
  });
  test('that stop before all is worked off show nothing of what comes after', async () => {
    const late = { drill: { ...drill, drainedAt: micros(40_000) } };
    const small = wallet([paid], { audits: ['shard-0'], phases, samples: everySecond(0, 12_000), ...late });
    const found = await invariantOf('money-conserved', small);
    expect(found.verdict).toBe('inconclusive');
    expect(found.detail).toBe('the probe audit has a gap of 29.0 s of shard-0, longer than the 12.5 s allowed');
  });
});

describe('a queue', () => {
  const spec = queueLength({ enters: 'review', leaves: 'reviewed', below: 3, during: 'late' });
  const late = [
    { name: 'early', warmUp: false, startsAt: micros(0), endsAt: micros(5_000), arrivals: 50 },
    { name: 'late', warmUp: false, startsAt: micros(5_000), endsAt: micros(10_000), arrivals: 50 },
  ];

  test('remembers what was there when the window began', async () => {
    const effects = [1, 2, 3].map((op) => leg('review', op, op * 100));
    expect(await of(spec, { phases: late, effects })).toMatchObject({ verdict: 'fail', observed: 3 });
    const left = [...effects, leg('reviewed', 1, 4_000), leg('review', 4, 6_000), leg('reviewed', 4, 6_500)];
    expect(await of({ ...spec, below: 4 }, { phases: late, effects: left })).toMatchObject({
      verdict: 'pass',
      observed: 3,
    });
  });
  test('that nobody ever entered is none', async () => {
    const found = await of(spec, { phases: late });
    expect(found).toMatchObject({ verdict: 'inconclusive', observed: null });
    expect(found.detail).toContain('no effect has the leg review');
  });
  test('that was entered nobody knows when may have been longer', async () => {
    const found = await of(spec, { phases: late, effects: [leg('review', 1, 100), leg('review', 2, null)] });
    expect(found.verdict).toBe('inconclusive');
  });
});

describe('the generator', () => {
  const met = decided({ atLeast: 0.9 });
  const missed = decisionLatency({ quantile: 0.5, below: '1ms' });
  const small = { ops, phases, opening: { p: 1_000 }, objectives: [met, missed] };
  const verdicts = async (history: SmallHistory) => {
    const { verdict, notes, objectives, generator } = await judged({ ...small, ...history });
    return [verdict, generator.keptUp, notes[0], ...objectives.map((one) => one.verdict)];
  };
  test('that gave no account of itself is not known to have kept up', async () => {
    expect(await verdicts({ drill: { ...drill, generators: [] } })).toEqual([
      'inconclusive',
      false,
      'Cannot tell whether the generator kept up: no generator reported',
      'pass',
      'inconclusive',
    ]);
  });
  test('one of several that gave none, neither', async () => {
    expect((await verdicts({ drill, generator: { shard: 1 } }))[2]).toBe(
      'Cannot tell whether the generator kept up: generator 0 did not report',
    );
  });
  test('nor where nobody knows when operations were handed over', async () => {
    const unstamped = ops.map((one) => ({ ...one, unstamped: true }));
    expect(await verdicts({ drill, ops: unstamped })).toEqual([
      'inconclusive',
      false,
      'Cannot tell whether the generator kept up: 100 of 100 operations have no send time',
      'pass',
      'inconclusive',
    ]);
  });
});

test('an alert that nobody could have given while the probe stood still was not missed', async () => {
  const late = ops.map((one): SmallOp => ({ ...one, answers: [['confirmed', Number(one.at) + 9_000]] }));
  const crash = { commandedAt: micros(2_000), verified: true, healed: true, detail: '', name: 'worker-crash' };
  const small = { ops: late, faults: [crash] };
  const seen = [...watched('up', 'w-0', 0, 10_000, 1), sample('memory', 'w-0', 0, 1)];
  expect((await of(detected({ within: '5s' }), { ...small, samples: seen })).verdict).toBe('fail');
  const stops = [...watched('up', 'w-0', 0, 3_000, 1), sample('memory', 'w-0', 0, 1)];
  const found = await of(detected({ within: '5s' }), { ...small, samples: stops });
  expect(found.verdict).toBe('inconclusive');
  expect(found.detail).toContain(
    'the probe up has a gap of 4.2 s, longer than the 2.5 s allowed, which might have shown worker-crash',
  );
});

test('a pipeline that decides nothing shows no mode', async () => {
  const spec = degradedTime({ below: '4s' });
  const stuck = ops.map((one): SmallOp =>
    Number(one.at) >= 5_000 ? { op: one.op, at: one.at, consumed: false } : one,
  );
  const degraded = [{ op: 500, at: 0, answers: [['confirmed', 100]], mode: 'degraded' }] as const;
  const found = await of(spec, {
    ops: [...stuck, ...ops.slice(0, 50).map((one) => ({ ...one, op: one.op + 600 })), ...degraded],
  });
  expect(found).toMatchObject({ verdict: 'inconclusive', observed: 1 });
  expect(found.detail).toContain('s more had no decision though operations were waiting');
});
