import { describe, expect, it } from 'vitest';
import type { Judgement, SecondResult } from '../judge/judgement.ts';
import { passingRun } from '../report/fixtures/runs.ts';
import { holdResult } from './hold-result.ts';

const { record: fixture, judgement } = passingRun();
const startsAt = 1_800_000_000_000_000;
const record = {
  ...fixture,
  loadEndedAt: startsAt + 40_000_000,
  phases: [
    { name: 'settle', warmUp: true, startsAt, endsAt: startsAt + 10_000_000, arrivals: 9_000 },
    { name: 'hold', warmUp: false, startsAt: startsAt + 10_000_000, endsAt: startsAt + 40_000_000, arrivals: 30_000 },
  ],
};
const [first] = judgement.seconds;

const seconds = (lagAt: (second: number) => number): SecondResult[] =>
  Array.from({ length: 44 }, (_, second) => {
    if (first === undefined) throw new Error('the fixture has no seconds');
    return { ...first, second, lagSeconds: lagAt(second) };
  });
const held: Judgement = {
  ...judgement,
  generator: { ...judgement.generator, keptUp: true, unsent: 0, late: [] },
  machine: { ...judgement.machine, quiet: true },
  seconds: seconds((second) => 0.1 + (second % 3) * 0.02),
};
const climbing = seconds((second) => 0.1 + second * 0.03);

describe('a hold', () => {
  it('held where everything passed, the generator kept up and the lag stayed', () => {
    expect(holdResult(record, held)).toMatchObject({ verdict: 'held', failedBy: [], why: [], missedAt: null });
  });

  it('failed where the lag climbs, however good the rest is', () => {
    const found = holdResult(record, { ...held, seconds: climbing });
    expect(found).toMatchObject({ verdict: 'failed', failedBy: ['keeps-up'] });
    expect(found.lagSlope?.perSecond).toBeCloseTo(0.03, 6);
  });

  it('is inconclusive where the lag climbs on a busy machine, or the generator fell behind', () => {
    const busy = { ...held, seconds: climbing, machine: { ...held.machine, quiet: false, note: 'others took it' } };
    expect(holdResult(record, busy)).toMatchObject({
      verdict: 'inconclusive',
      why: ['the lag climbed, but others took it'],
    });
    const late = { ...held, generator: { ...held.generator, keptUp: false, unsent: 7, sendErrorP99Ms: 412 } };
    expect(holdResult(record, late)).toMatchObject({
      verdict: 'inconclusive',
      why: ['the generator fell behind: hand-over 412 ms late at p99, 7 never sent'],
    });
  });

  it('takes the worst of each batch where a pipeline works in batches', () => {
    const saw = { ...held, seconds: seconds((second) => 0.1 + (second % 5)) };
    expect(holdResult(record, saw, 5_000)).toMatchObject({ verdict: 'held' });
    const worse = { ...held, seconds: seconds((second) => (second % 5) * (1 + second / 20)) };
    expect(holdResult(record, worse, 5_000)).toMatchObject({ verdict: 'failed', failedBy: ['keeps-up'] });
  });

  it('failed by its invariant, whatever the generator did, from the first counterexample on', () => {
    const example = { key: 'product-1', ops: [1], at: startsAt + 12_500_000, harm: 3, detail: 'lost' };
    const broken: Judgement = {
      ...held,
      verdict: 'fail',
      generator: { ...held.generator, keptUp: false },
      invariants: [
        { name: 'no-lost-order', promise: '', verdict: 'fail', violations: 1, examples: [example], detail: '' },
      ],
    };
    expect(holdResult(record, broken)).toMatchObject({
      verdict: 'failed',
      failedBy: ['no-lost-order'],
      missedAt: 12.5,
    });
  });
});
