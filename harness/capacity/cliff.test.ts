import { describe, expect, it } from 'vitest';
import type { Judgement, SecondResult } from '../judge/judgement.ts';
import { passingRun } from '../report/fixtures/runs.ts';
import { cliffOf } from './cliff.ts';

const { record: fixture, judgement } = passingRun();
const startsAt = 1_800_000_000_000_000;
const phase = (name: string, from: number, to: number) => ({
  name,
  warmUp: from < 10,
  startsAt: startsAt + from * 1e6,
  endsAt: startsAt + to * 1e6,
  arrivals: 1_000,
});
const record = {
  ...fixture,
  loadEndedAt: startsAt + 100_000_000,
  phases: [phase('settle', 0, 10), phase('overload', 10, 40), phase('after', 40, 100)],
};
const [first] = judgement.seconds;
const [objective] = judgement.objectives;

/** What is answered and how far behind it is, second by second, on a pipeline that holds 1,000/s with a p99 below 500 ms. */
function over(decidedAt: (second: number) => number, lagAt: (second: number) => number): Judgement {
  if (first === undefined || objective === undefined) throw new Error('the fixture has no seconds or objectives');
  const seconds = Array.from({ length: 105 }, (_, second): SecondResult => {
    const lagSeconds = lagAt(second);
    return { ...first, second, planned: 800, decided: decidedAt(second), lagSeconds, p99Ms: 50 + lagSeconds * 1_000 };
  });
  return {
    ...judgement,
    seconds,
    generator: { ...judgement.generator, keptUp: true },
    objectives: [{ ...objective, name: 'decision-latency-p99', threshold: 500, unit: 'ms', sense: 'below' }],
  };
}

const catchesUp = (second: number) =>
  second < 10 ? 0 : second < 40 ? (second - 10) / 3 : Math.max(0, 10 - (second - 40));
const isWellAtOnce = (second: number) => (second < 40 ? 2 : 0);

describe('beyond the cliff', () => {
  it('degrades where it answers what it can and catches up afterwards', () => {
    expect(
      cliffOf(
        record,
        over(() => 990, catchesUp),
        1_000,
        'holds/09-cliff',
      ),
    ).toMatchObject({
      overloadPerSecond: 1_500,
      afterPerSecond: 800,
      kind: 'degrades',
      answeredShare: 0.99,
      wellAfterSeconds: 10,
      broken: [],
    });
  });

  it('collapses where it answers less than half of what it can, or is never well again', () => {
    expect(
      cliffOf(
        record,
        over(() => 300, isWellAtOnce),
        1_000,
        'x',
      ),
    ).toMatchObject({ kind: 'collapses', wellAfterSeconds: 0 });
    expect(
      cliffOf(
        record,
        over(
          () => 990,
          () => 9,
        ),
        1_000,
        'x',
      ),
    ).toMatchObject({
      kind: 'collapses',
      wellAfterSeconds: null,
    });
  });

  it('is inconclusive where the generator fell behind', () => {
    const late = over(
      () => 990,
      () => 0,
    );
    const generator = { ...late.generator, keptUp: false };
    expect(cliffOf(record, { ...late, generator }, 1_000, 'x').kind).toBe('inconclusive');
  });
});
