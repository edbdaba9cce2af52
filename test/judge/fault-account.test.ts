import { describe, expect, test } from 'vitest';

import type { DrillRecord, FaultRecord } from '../../harness/history/drill-record.ts';
import {
  decided,
  decisionLatency,
  detected,
  goodput,
  recovered,
  recoveredFromEach,
  succeeded,
} from '../../harness/judge/objectives/index.ts';
import type { FaultSpec, ObjectiveSpec } from '../../harness/scenario/scenario.ts';
import { micros, type SmallHistory, type SmallOp } from './a-history.ts';
import { judged, objectiveOf } from './judged.ts';
import { sample, series } from './samples.ts';

const drill = { loadEndedAt: micros(40_000), drainedAt: micros(41_000), closedAt: micros(60_000) };
const phases = [{ name: 'steady', warmUp: false, startsAt: micros(0), endsAt: micros(40_000), arrivals: 400 }];
/** Ten orders in each of 40 seconds, answered after 10 ms; those of the seconds named as they say. */
const orders = (others: Readonly<Record<number, Partial<SmallOp> | number>> = {}): SmallOp[] =>
  Array.from({ length: 400 }, (_, index) => {
    const at = index * 100;
    const other = others[Math.floor(at / 1_000)] ?? 10;
    if (typeof other === 'number') return { op: index + 1, at, answers: [['confirmed', at + other]] };
    return { op: index + 1, at, ...other };
  });
const span = <Value>(from: number, to: number, value: Value): Record<number, Value> =>
  Object.fromEntries(Array.from({ length: to - from }, (_, index) => [from + index, value]));
const failed: Partial<SmallOp> = { absent: true, outcome: 'failed' };
const scenarioWith = (faults: readonly FaultSpec[]): DrillRecord['scenario'] => ({
  name: 'small',
  summary: '',
  domain: 'inventory',
  target: 'small',
  timeScale: 60,
  world: {},
  load: [],
  mix: {},
  faults: faults.map((fault) => ({ at: { storyMs: 0 }, fault })),
  objectives: [],
  invariants: [],
  drainDeadline: '10s',
  sources: [],
});
const of = (spec: ObjectiveSpec, small: SmallHistory) =>
  objectiveOf(spec, { phases, drill, opening: { p: 1_000 }, ...small });

/** Of the broker: commanded for 2 s. */
const killed = (at: number, healedAt: number, more: Partial<FaultRecord> = {}): FaultRecord => ({
  name: 'store-kill',
  victim: 'kafka',
  commandedAt: micros(at),
  verifiedAt: micros(at),
  healedAt: micros(healedAt),
  holdMs: 2_000,
  verified: true,
  healed: true,
  detail: '',
  ...more,
});

describe('what our fault on the broker kept from being submitted', () => {
  const small = { ops: orders(span(10, 18, failed)), faults: [killed(10_000, 17_950)] };
  const line = '80 could not be submitted while store-kill of kafka held, and do not count';

  test('is no part of what succeeded, was served well or was decided', async () => {
    for (const spec of [succeeded({ atLeast: 0.99 }), goodput({ atLeast: 0.99 }), decided({ atLeast: 0.99 })])
      expect(await of(spec, small)).toMatchObject({ verdict: 'pass', observed: 1, evidence: 320, detail: line });
  });
  test('whose outcome is not known, too, and what was just on its way', async () => {
    const ops = orders({ ...span(10, 18, { absent: true, outcome: 'indeterminate' } as const), 9: failed });
    // Of second 9 the strike at 9.5 s finds half on its way, and the others within a second of it.
    const found = await of(succeeded({ atLeast: 0.99 }), { ops, faults: [killed(9_900, 17_950)] });
    expect(found).toMatchObject({ verdict: 'pass', evidence: 310 });
  });
  test('never took long: it was not there to be decided', async () => {
    const spec = decisionLatency({ quantile: 0.9, below: '1s' });
    expect(await of(spec, small)).toMatchObject({ verdict: 'pass', observed: 10, evidence: 320 });
  });
  test('uses no error budget', async () => {
    const objectives = [goodput({ atLeast: 0.9 }), decided({ atLeast: 0.9 })];
    const { budgets } = await judged({ phases, drill, opening: { p: 1_000 }, ...small, objectives });
    expect(budgets).toMatchObject([
      { planned: 320, bad: 0 },
      { planned: 320, bad: 0 },
    ]);
  });
  test('is counted where no fault of ours held the broker', async () => {
    for (const faults of [
      [killed(20_000, 28_000)],
      [killed(10_000, 17_950, { victim: 'postgres:main', holdMs: 10_000 })],
      [killed(10_000, 17_950, { verified: false, healed: true, healedAt: null })],
      [],
    ])
      expect(await of(succeeded({ atLeast: 0.99 }), { ...small, faults })).toMatchObject({
        verdict: 'fail',
        observed: 0.8,
        evidence: 400,
      });
  });
  test('is not what was submitted and never answered, or turned down', async () => {
    const ops = orders({ ...span(10, 13, { consumed: false }), 13: { answers: [['rejected', 14_000]] } });
    const found = await of(succeeded({ atLeast: 0.99 }), { ops, faults: [killed(10_000, 17_950, { holdMs: 8_000 })] });
    expect(found).toMatchObject({ verdict: 'fail', observed: 0.9, detail: '10 were turned down and 30 got no answer' });
  });
  test('older histories say it by the name of the fault, or by the scenario', async () => {
    const old = { commandedAt: micros(10_000), verified: true, healed: true, detail: '' };
    const full = { ...old, name: 'broker-disk-full' };
    expect((await of(succeeded({ atLeast: 0.99 }), { ...small, faults: [full] })).verdict).toBe('pass');
    const scenario = {
      ...scenarioWith([{ type: 'store-kill', store: 'kafka', downFor: '2s' }]),
      objectives: [succeeded({ atLeast: 0.99 })],
    };
    const faults = [{ ...old, name: 'store-kill' }];
    const { objectives } = await judged({
      phases,
      opening: { p: 1_000 },
      ...small,
      faults,
      drill: { ...drill, scenario },
    });
    expect(objectives).toMatchObject([{ verdict: 'pass', evidence: 320 }]);
  });
});

describe('a fault that lasted longer than it was commanded to', () => {
  /** A Postgres that stood still from 10 to 20 s instead of 12 s: nobody was answered in time. */
  const frozen = killed(10_000, 20_000, { name: 'store-freeze', victim: 'postgres:main' });
  const ops = orders(span(10, 20, 9_000));

  test('is said', async () => {
    const { notes } = await judged({ phases, drill, ops, faults: [frozen, killed(25_000, 27_500)] });
    expect(notes).toEqual([
      'store-freeze of postgres:main lasted 10 s, commanded 2 s; the overtime does not count against the pipeline',
    ]);
  });
  test('by the scenario where its record does not say how long it was to last', async () => {
    const scenario = scenarioWith([
      { type: 'worker-crash', downFor: '1s' },
      { type: 'store-freeze', store: 'postgres:main', for: { storyMs: 120_000 } },
    ]);
    const { holdMs: _, ...unsaid } = frozen;
    const crash = {
      ...unsaid,
      name: 'worker-crash',
      victim: null,
      commandedAt: micros(1_000),
      healedAt: micros(9_000),
    };
    const small = { phases, drill: { ...drill, scenario }, ops, faults: [crash, unsaid] };
    expect((await judged(small)).notes).toEqual([
      'worker-crash lasted 8 s, commanded 1 s',
      'store-freeze of postgres:main lasted 10 s, commanded 2 s; the overtime does not count against the pipeline',
    ]);
  });
  test('leaves what was not served in the time beyond out of the goodput', async () => {
    // Beyond are 12 to 20 s, and whoever waited since 7 s.
    const found = await of(goodput({ atLeast: 0.99 }), { ops, faults: [frozen] });
    expect(found).toMatchObject({ verdict: 'pass', observed: 1, evidence: 300 });
    expect(found.detail).toBe(
      '100 fell into the overtime of store-freeze of postgres:main (held longer than commanded), and do not count',
    );
    const asLong = await of(goodput({ atLeast: 0.99 }), { ops, faults: [{ ...frozen, holdMs: 10_000 }] });
    expect(asLong).toMatchObject({ verdict: 'fail', observed: 0.75, evidence: 400 });
  });
  test('does not excuse what went wrong before and after', async () => {
    const late = orders({ ...span(3, 5, 9_000), ...span(10, 20, 9_000), ...span(20, 24, 9_000) });
    const found = await of(goodput({ atLeast: 0.99 }), { ops: late, faults: [frozen] });
    expect(found).toMatchObject({ verdict: 'fail', evidence: 300, observed: 0.8 });
  });
  test('nor answers that were wrong', async () => {
    // None is left to be sold: the confirmations of seconds 12 to 19 promise what is not there.
    const found = await of(goodput({ atLeast: 0.99 }), { ops: orders(), opening: { p: 100 }, faults: [frozen] });
    expect(found.verdict).toBe('fail');
  });
  test('leaves out what was turned down meanwhile', async () => {
    const down = orders(span(12, 20, { answers: [['rejected', 21_000]] }));
    const spec = succeeded({ atLeast: 0.99 });
    expect(await of(spec, { ops: down, faults: [frozen] })).toMatchObject({ verdict: 'pass', evidence: 320 });
    expect((await of(spec, { ops: down, faults: [{ ...frozen, holdMs: 10_000 }] })).verdict).toBe('fail');
  });
  test('is no time that the pipeline took to recover', async () => {
    const spec = recovered({ within: '5s' });
    const slow = orders(span(10, 20, 4_000));
    // Late from 11 s until 23.9 s: of 13.9 s since the strike 8 are ours, then 5.9.
    expect(await of(spec, { ops: slow, faults: [frozen] })).toMatchObject({ verdict: 'fail', observed: 5.9 });
    expect(await of(recovered({ within: '6s' }), { ops: slow, faults: [frozen] })).toMatchObject({ verdict: 'pass' });
    // How soon a worker is ready again is the pipeline's.
    const crash = { ...frozen, name: 'worker-crash', victim: null };
    expect(await of(spec, { ops: slow, faults: [crash] })).toMatchObject({ observed: 13.9 });
  });
  test('that was felt only then need not have been detected in time', async () => {
    const blind = [
      sample('memory', 'worker-0', 0, 10),
      ...series(
        'up',
        'postgres:main',
        0,
        Array.from({ length: 200 }, () => 1),
      ),
    ];
    const small = { ops: orders(span(15, 18, 9_000)), samples: blind };
    const found = await of(detected({ within: '2s' }), { ...small, faults: [frozen] });
    expect(found.verdict).toBe('inconclusive');
    expect(found.detail).toContain('store-freeze was felt only after its commanded duration');
    expect((await of(detected({ within: '2s' }), { ...small, faults: [{ ...frozen, holdMs: 9_000 }] })).verdict).toBe(
      'fail',
    );
  });
  test('and healed after the next one struck: neither is known to have kept the pipeline down', async () => {
    const faults = [{ ...frozen, recoverWithinMs: 3_000 }, killed(18_000, 26_000, { recoverWithinMs: 3_000 })];
    const found = await of(recoveredFromEach(), { ops: orders(span(10, 26, 2_000)), faults });
    expect(found.verdict).toBe('inconclusive');
    expect(found.detail).toContain('store-kill held during the time allowed to recover from store-freeze');
  });
});
