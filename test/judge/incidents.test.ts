import { describe, expect, test } from 'vitest';

import type { FaultRecord } from '../../harness/history/drill-record.ts';
import { decided, detected, goodput, recoveredFromEach } from '../../harness/judge/objectives/index.ts';
import type { ObjectiveSpec } from '../../harness/scenario/scenario.ts';
import { micros, type SmallHistory, type SmallOp } from './a-history.ts';
import { judged, objectiveOf } from './judged.ts';
import { sample, series } from './samples.ts';

/** Ten orders in each second of the first 40; those of the seconds named are decided after so long, null is never. */
function ordersWith(late: Readonly<Record<number, number | null>>): SmallOp[] {
  return Array.from({ length: 400 }, (_, index) => {
    const at = index * 100;
    const latency = late[Math.floor(at / 1_000)];
    if (latency === null) return { op: index + 1, at, consumed: false };
    return { op: index + 1, at, answers: [['confirmed', at + (latency ?? 10)] as const] };
  });
}
const phases = [{ name: 'steady', warmUp: false, startsAt: micros(0), endsAt: micros(40_000), arrivals: 400 }];
const drill = { loadEndedAt: micros(40_000), drainedAt: micros(41_000), closedAt: micros(50_000) };
const opening = { p: 1_000 };
const fault = (at: number, more: Partial<FaultRecord> = {}): FaultRecord => ({
  name: 'worker-crash',
  commandedAt: micros(at),
  verified: true,
  healed: true,
  detail: 'gone',
  ...more,
});
const bounded = (at: number, healedAt: number, withinMs = 5_000, name = 'worker-crash') =>
  fault(at, { name, healedAt: micros(healedAt), recoverWithinMs: withinMs });
/** A worker that is down in the span: told a second after it went. */
const downFor = (from: number, until: number) => [
  sample('memory', 'worker-0', 0, 10),
  ...series(
    'up',
    'worker-0',
    0,
    Array.from({ length: 200 }, (_, n) => (n * 200 >= from && n * 200 < until ? 0 : 1)),
  ),
];
const of = (spec: ObjectiveSpec, small: SmallHistory) => objectiveOf(spec, { phases, opening, drill, ...small });
const within = (seconds: number) => detected({ within: `${seconds}s` });

const killed = (victim: string) => fault(10_400, { name: 'store-kill', victim });

describe('detection', () => {
  const small = {
    ops: ordersWith({ 10: 6_000, 11: 6_000 }),
    faults: [fault(10_400)],
    samples: downFor(12_000, 16_000),
  };

  test('lasts from the first second that customers felt to the first alert that names the cause', async () => {
    // Felt from the strike within second 10; the alert of 12.0 s fires at 13.0 s.
    expect(await of(within(3), small)).toMatchObject({
      name: 'detected',
      verdict: 'pass',
      observed: 2.6,
      threshold: 3,
      unit: 's',
      evidence: 1,
      detail: 'slowest: worker-crash, detected by ProcessDown',
    });
    expect((await of(within(2.6), small)).verdict).toBe('fail');
  });
  test('takes no time where the alert was there first', async () => {
    const found = await of(within(1), { ...small, ops: ordersWith({ 14: 6_000 }) });
    expect(found).toMatchObject({ verdict: 'pass', observed: 0 });
  });
  test('never came where no alert names the cause', async () => {
    const found = await of(within(30), { ...small, samples: downFor(0, 0) });
    expect(found).toMatchObject({ verdict: 'fail', observed: null, detail: 'no alert named worker-crash' });
  });
  test('an alert about another store names nothing', async () => {
    const down = downFor(12_000, 16_000).map((one) => ({ ...one, subject: 'redis' }));
    const found = await of(within(30), { ...small, samples: down, faults: [killed('kafka')] });
    expect(found).toMatchObject({ verdict: 'fail', detail: 'no alert named store-kill' });
    expect(await of(within(30), { ...small, samples: down, faults: [killed('redis')] })).toMatchObject({
      verdict: 'pass',
      observed: 2.6,
      detail: 'slowest: store-kill, detected by StoreDown',
    });
  });
  test('an alert that was over before the strike names nothing', async () => {
    const found = await of(within(30), { ...small, samples: downFor(2_000, 6_000) });
    expect(found).toMatchObject({ verdict: 'fail', observed: null });
  });
  test('an alert that fired before any such strike has other reasons, whatever it names', async () => {
    const found = await of(within(30), { ...small, samples: downFor(2_000, 39_000) });
    expect(found).toMatchObject({ verdict: 'fail', observed: null });
  });
  test('an alert that fires still since the same fault struck before takes no time', async () => {
    const faults = [fault(10_000), fault(14_000)];
    const ops = ordersWith({ 10: 6_000, 15: 6_000 });
    const { incidents } = await judged({ phases, opening, drill, ops, faults, samples: downFor(10_200, 20_000) });
    expect(incidents.map(({ alert }) => alert?.at)).toEqual([micros(11_200), micros(14_000)]);
  });
  test('is not needed where customers felt nothing', async () => {
    const found = await of(within(1), { ...small, ops: ordersWith({}), samples: downFor(0, 0) });
    expect(found).toMatchObject({ verdict: 'pass', observed: 0, detail: 'no fault was felt by customers' });
  });
  test('what customers felt before the strike or after the next one is not this fault’s', async () => {
    const faults = [fault(10_400), fault(20_000)];
    const ops = ordersWith({ 8: 6_000, 9: 6_000, 21: 6_000 });
    const samples = downFor(21_200, 30_000);
    const { incidents } = await judged({ phases, opening, drill, ops, faults, samples });
    expect(incidents.map(({ impactAt }) => impactAt)).toEqual([null, micros(21_000)]);
  });
  test('the share of which customers feel the lack can be stated', async () => {
    const ops = ordersWith({}).map((one) => (one.op === 106 ? { op: one.op, at: one.at, consumed: false } : one));
    expect(await of(within(3), { ...small, ops })).toMatchObject({ observed: 2.6 });
    const tolerant = detected({ within: '1s', goodShare: 0.9 });
    expect(await of(tolerant, { ...small, ops })).toMatchObject({ observed: 0 });
  });
  test('the slowest of several counts', async () => {
    const faults = [fault(10_000), fault(20_000, { name: 'store-kill' })];
    const ops = ordersWith({ 10: 6_000, 20: 6_000 });
    const samples = [...downFor(10_000, 12_000), ...series('up', 'kafka', 24_000, [1, 0, 0, 0, 0, 0, 0, 1])];
    const found = await of(within(9), { ops, faults, samples });
    expect(found).toMatchObject({ verdict: 'pass', evidence: 2, detail: 'slowest: store-kill, detected by StoreDown' });
    expect(found.observed).toBeCloseTo(5.2);
  });
  test('is inconclusive where no sample could have shown it, and where nothing struck', async () => {
    const blind = await of(within(30), { ...small, samples: [] });
    expect(blind).toMatchObject({ verdict: 'inconclusive', observed: null, evidence: 0 });
    expect(blind.detail).toContain('no samples of up, lag, decided, which could have shown worker-crash');
    const older = await of(within(30), { ...small, samples: series('lag', 'inventory', 0, [5, 5, 5]) });
    expect(older.verdict).toBe('inconclusive');
    expect(older.detail).toContain('no samples of up, decided, which could have shown worker-crash');
    const none = await of(within(30), { ...small, faults: [fault(10_400, { verified: false })] });
    expect(none).toMatchObject({ verdict: 'inconclusive', observed: null });
    expect(none.detail).toContain('no fault was seen to strike');
  });
  test('one that nobody could see keeps the others from a pass, not from a miss', async () => {
    const faults = [fault(10_400), fault(20_000, { name: 'redis-flush' })];
    const ops = ordersWith({ 10: 6_000, 20: 6_000 });
    expect((await of(within(3), { ...small, ops, faults })).verdict).toBe('inconclusive');
    expect((await of(within(2), { ...small, ops, faults })).verdict).toBe('fail');
  });
});

describe('recovery from each', () => {
  test('lasts from the healing to the first second from which all was well for the hold', async () => {
    // Seconds 10 to 14 are late, and 16 and 19 once more.
    const ops = ordersWith({ 10: 6_000, 11: 6_000, 12: 6_000, 13: 6_000, 14: 6_000, 16: 6_000, 19: 6_000 });
    const faults = [bounded(10_000, 12_500, 60_000)];
    const found = await of(recoveredFromEach({ lagBelow: '30s' }), { ops, faults });
    expect(found).toMatchObject({ verdict: 'pass', observed: 7.5, threshold: 60, evidence: 1 });
    expect(await of(recoveredFromEach({ lagBelow: '30s', hold: '1s' }), { ops, faults })).toMatchObject({
      observed: 2.5,
    });
    expect(
      (await of(recoveredFromEach({ lagBelow: '30s' }), { ops, faults: [bounded(10_000, 12_500, 7_500)] })).verdict,
    ).toBe('fail');
  });
  test('is not there while the lag is not good', async () => {
    const faults = [bounded(10_000, 10_500, 60_000)];
    // The lag is over 1 s at the ends of seconds 11 to 13.
    const found = await of(recoveredFromEach(), { ops: ordersWith({ 10: 4_000 }), faults });
    expect(found).toMatchObject({ observed: 3.5, verdict: 'pass' });
  });
  test('is at once where nothing was unwell', async () => {
    const found = await of(recoveredFromEach(), { ops: ordersWith({}), faults: [bounded(10_000, 12_345)] });
    expect(found).toMatchObject({ verdict: 'pass', observed: 0 });
  });
  test('what is well to the end of the drill has held', async () => {
    const found = await of(recoveredFromEach(), {
      ops: ordersWith({ 39: 1_500 }),
      faults: [bounded(38_000, 39_200)],
      drill: { ...drill, drainedAt: micros(42_000) },
    });
    expect(found).toMatchObject({ verdict: 'pass', observed: 1.8 });
  });
  test('never came where the drill ended unwell', async () => {
    const late = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [n + 10, null]));
    const found = await of(recoveredFromEach(), {
      ops: ordersWith(late),
      faults: [bounded(10_000, 12_000, 9_000)],
      drill: { ...drill, drainedAt: null },
    });
    expect(found).toMatchObject({ verdict: 'fail', observed: null, detail: 'never recovered from worker-crash' });
  });
  test('each by its own bound: the one that used most of it counts', async () => {
    const faults = [bounded(10_000, 10_000, 20_000), bounded(20_000, 20_000, 4_000, 'redis-flush')];
    const ops = ordersWith({ 10: 6_000, 11: 6_000, 12: 6_000, 13: 6_000, 20: 6_000, 21: 6_000 });
    expect(await of(recoveredFromEach({ lagBelow: '9s' }), { ops, faults })).toMatchObject({
      verdict: 'pass',
      observed: 2,
      threshold: 4,
      evidence: 2,
      detail: 'slowest: redis-flush',
    });
  });
  test('what another fault did within the bound is not known to be this one’s', async () => {
    const faults = [bounded(10_000, 10_500, 5_000), fault(12_000, { name: 'redis-flush', healedAt: micros(13_000) })];
    const ops = ordersWith(Object.fromEntries(Array.from({ length: 10 }, (_, n) => [n + 10, 6_000])));
    const found = await of(recoveredFromEach(), { ops, faults });
    expect(found).toMatchObject({ verdict: 'inconclusive', evidence: 0 });
    expect(found.detail).toContain('redis-flush held during the time allowed to recover from worker-crash');
  });
  test('is inconclusive where the history does not say when it healed, and where no fault has a bound', async () => {
    const unhealed = await of(recoveredFromEach(), {
      ops: ordersWith({}),
      faults: [fault(10_000, { recoverWithinMs: 5 })],
    });
    expect(unhealed.verdict).toBe('inconclusive');
    expect(unhealed.detail).toContain('does not say when worker-crash healed');
    const old = await of(recoveredFromEach(), { ops: ordersWith({}), faults: [fault(10_000)] });
    expect(old.verdict).toBe('inconclusive');
    expect(old.detail).toContain('no fault with a bound was seen to strike');
  });
});

test('the chronicle tells of each fault what it did, who was told, what was done and when it was over', async () => {
  const { incidents, events } = await judged({
    phases,
    opening,
    drill,
    ops: ordersWith({ 10: 6_000, 11: 6_000 }),
    faults: [fault(10_400, { healedAt: micros(15_000) }), fault(30_000, { verified: false, detail: 'not begun' })],
    samples: downFor(12_000, 16_000),
    events: [
      { at: micros(13_500), kind: 'action', name: 'restart-workers', stage: 'commanded', detail: '' },
      { at: micros(14_500), kind: 'action', name: 'restart-workers', stage: 'verified', detail: 'two anew' },
    ],
  });
  expect(incidents).toEqual([
    {
      name: 'worker-crash',
      struckAt: micros(10_400),
      verified: true,
      detail: 'gone',
      impactAt: micros(10_400),
      alert: { name: 'ProcessDown', subject: 'worker-0', at: micros(13_000) },
      unwatched: '',
      healedAt: micros(15_000),
      recoveredAt: micros(17_000),
      actions: [{ name: 'restart-workers', at: micros(14_500), stage: 'verified' }],
    },
    {
      name: 'worker-crash',
      struckAt: micros(30_000),
      verified: false,
      detail: 'not begun',
      impactAt: null,
      alert: null,
      unwatched: '',
      healedAt: null,
      recoveredAt: null,
      actions: [],
    },
  ]);
  expect(events.filter(({ kind }) => kind === 'alert')).toEqual([
    { at: micros(13_000), kind: 'alert', name: 'ProcessDown', stage: 'firing', detail: 'worker-0: up 0, below 1' },
    { at: micros(16_000), kind: 'alert', name: 'ProcessDown', stage: 'resolved', detail: 'worker-0' },
  ]);
});

test('an alert that flaps is told once', async () => {
  const breakers = [1, 0, 1, 0, 0, 1, ...Array.from({ length: 30 }, () => 0), 1, 0];
  const { events } = await judged({
    ops: ordersWith({}),
    phases,
    drill,
    samples: series('breakersOpen', 'worker-0', 0, breakers),
  });
  expect(events.map(({ at, stage }) => [(at - micros(0)) / 1_000, stage])).toEqual([
    [0, 'firing'],
    [1_200, 'resolved'],
    [7_200, 'firing'],
    [7_400, 'resolved'],
  ]);
});

describe('goodput and the error budget', () => {
  test('served well is rightly and in time, in whichever mode', async () => {
    const ops = ordersWith({ 3: 6_000 }).map((one): SmallOp => (one.op % 2 === 0 ? { ...one, mode: 'degraded' } : one));
    expect(await of(goodput({ atLeast: 0.975 }), { ops })).toMatchObject({
      name: 'goodput',
      verdict: 'pass',
      observed: 0.975,
      evidence: 400,
      detail: '10 were not served well within 5 s',
    });
    expect((await of(goodput({ atLeast: 0.98 }), { ops })).verdict).toBe('fail');
    expect((await of(goodput({ atLeast: 0.9, minimumEvidence: 401 }), { ops })).verdict).toBe('inconclusive');
  });
  test('a budget says how much was allowed, how much is gone, and where it went fastest', async () => {
    const ops = ordersWith({ 3: 6_000, 5: null });
    const objectives = [goodput({ atLeast: 0.9 }), decided({ atLeast: 0.999 })];
    const { budgets } = await judged({ phases, opening, drill: { ...drill, drainedAt: null }, ops, objectives });
    expect(budgets).toEqual([
      {
        objective: 'goodput',
        during: '',
        allowedShare: 0.1,
        planned: 400,
        allowed: 40,
        bad: 20,
        burn: 0.5,
        worst: [
          { windowSeconds: 1, burn: 10, at: micros(3_000) },
          { windowSeconds: 10, burn: 2, at: micros(0) },
        ],
      },
      {
        objective: 'decided',
        during: '',
        allowedShare: 0.001,
        planned: 400,
        allowed: 0.4,
        bad: 10,
        burn: 25,
        worst: [
          { windowSeconds: 1, burn: 1_000, at: micros(5_000) },
          { windowSeconds: 10, burn: 100, at: micros(0) },
        ],
      },
    ]);
  });
  test('of what was submitted, a budget counts nothing that was not', async () => {
    const ops = ordersWith({ 5: null }).map((one): SmallOp =>
      one.op % 4 === 0 ? { ...one, absent: true, answers: [] } : one,
    );
    const spec = decided({ atLeast: 0.5, of: 'submitted' });
    const { budgets, objectives } = await judged({ phases, opening, drill, ops, objectives: [spec] });
    const [objective] = objectives;
    const n = objective?.evidence ?? 0;
    expect(n).toBeLessThan(400);
    expect(budgets[0]).toMatchObject({ planned: n, bad: Math.round((1 - (objective?.observed ?? 0)) * n) });
  });
  test('where nothing is allowed, one bad order burns without end and none burns nothing', async () => {
    const objectives = [decided({ atLeast: 1 })];
    const clean = await judged({ phases, opening, drill, ops: ordersWith({}), objectives });
    expect(clean.budgets[0]).toMatchObject({ allowed: 0, bad: 0, burn: 0, worst: [{ at: null }, { at: null }] });
    const spent = await judged({ phases, opening, drill, ops: ordersWith({ 5: null }), objectives });
    expect(spent.budgets[0]).toMatchObject({ allowed: 0, bad: 10, burn: Infinity });
  });
});

test('an incident costs what the source reckons: the share not served × story hours × what an hour was to bring', async () => {
  const scheduled = { at: { storyMs: 0 }, fault: { type: 'worker-crash' } };
  const ops = ordersWith({ 10: 6_000, 11: 6_000, 12: 6_000 });
  const value = async (faults: readonly (typeof scheduled)[]) => {
    const scenario = {
      name: 'small',
      summary: '',
      domain: 'inventory',
      target: 'small',
      timeScale: 60,
      world: {},
      load: [],
      mix: {},
      faults,
      objectives: [],
      invariants: [],
      drainDeadline: '10s' as const,
      sources: [],
    };
    const { impact } = await judged({ phases, opening, ops, drill: { ...drill, scenario } });
    return impact.find(({ name }) => name === 'revenueLostPaise')?.value;
  };
  // Three seconds of a minute of story each: a twentieth of an hour of ₹200 crore is ₹10 crore.
  expect(await value([scheduled])).toBe(10 * 1_00_00_000 * 100);
  expect(await value([])).toBeUndefined();
});
