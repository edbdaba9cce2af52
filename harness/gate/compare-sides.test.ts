import { describe, expect, it } from 'vitest';
import { noiseOf } from '../statistics/fixtures/noise.ts';
import type { Pair } from './compare-metrics.ts';
import { compareSides } from './compare-sides.ts';
import { type Measures, pairsOf, sideRun } from './fixtures/side-runs.ts';
import { marginsOf } from './margins.ts';

const margins = marginsOf([]);
const compare = (pairs: readonly Pair[], planned = pairs.length, marginOf = margins) =>
  compareSides({ pairs, base: pairs.map(({ base }) => base), head: pairs.map(({ head }) => head), planned }, marginOf);
const answers = (pairs: readonly Pair[]) =>
  Object.fromEntries(compare(pairs).metrics.map(({ name, answer }) => [name, answer]));
/** ± 1 %, the same every time. */
const wobble = (index: number) => 1 + 0.01 * Math.sin(index * 2.7);

const late = (index: number, of: number): Measures => (index < of ? { failed: ['drained'] } : {});

/** Six metrics of one drill, half of whose noise they share, and a change of the CPU. */
const drill = (noise: () => number, level: number, factor: number): Measures => {
  const shared = noise();
  const value = (usual: number) => usual * factor * Math.exp((level / Math.SQRT2) * (0.7 * shared + 0.714 * noise()));
  return {
    pipelineCpu: value(140),
    storeCpu: value(90),
    storeCalls: value(0.2),
    p50: value(20),
    p99: value(80),
    lagMax: value(200),
  };
};

const missed = (head: number, base: number) =>
  compare(
    pairsOf(
      8,
      (index) => late(index, head),
      (index) => late(index, base),
    ),
  );

describe('one gate', () => {
  it('finds the same code not worse', () => {
    const { verdict, exitCode, why } = compare(
      pairsOf(8, (index) => ({ pipelineCpu: 140 * wobble(index), p99: 80 * wobble(index + 3) })),
    );
    expect([verdict, exitCode, why]).toEqual(['not worse', 0, '8 metrics within their margins in 8 pairs']);
  });

  it('finds 10 % more CPU worse, though the margin of latencies is as wide', () => {
    const { verdict, exitCode, metrics } = compare(pairsOf(8, (index) => ({ pipelineCpu: 154 * wobble(index) })));
    expect([verdict, exitCode]).toEqual(['worse', 10]);
    const [cpu] = metrics;
    expect([cpu?.answer, cpu?.base, cpu?.margin]).toEqual(['worse', 140, 0.05]);
    expect(cpu?.change).toBeCloseTo(0.1, 2);
  });

  it('takes less for no reason to worry, and fewer served well for worse', () => {
    expect(compare(pairsOf(8, (index) => ({ p50: 10 * wobble(index), lagMax: 100 * wobble(index) }))).exitCode).toBe(0);
    expect(answers(pairsOf(8, (index) => ({ goodShare: 0.9 * wobble(index) })))['goodput']).toBe('worse');
  });

  it('says how many more pairs it needs where the noise hides the margin', () => {
    const noise = noiseOf(7);
    const { verdict, exitCode, needs, why } = compare(pairsOf(8, () => ({ p99: 80 * Math.exp(0.12 * noise()) })));
    expect([verdict, exitCode]).toEqual(['inconclusive', 12]);
    expect(needs).toBeGreaterThan(1);
    expect(why).toMatch(/^p99: a pair varies by \d+ %: needs \d+ more pairs$/);
  });

  it('names no number of pairs where one metric would need more than anybody drills, and says what to do', () => {
    const found = compare(pairsOf(8, (index) => ({ p99: 80 * (index % 2 === 0 ? 1.6 : 0.75) })));
    expect([found.exitCode, found.needs]).toEqual([12, null]);
    expect(found.why).toMatch(/200 pairs would not be enough; widen its margin, or leave it out: --margin p99=off$/);
  });

  it('counts retries from zero: none and none is the same, some after none is worse', () => {
    expect(answers(pairsOf(8, () => ({})))['retries']).toBe('not worse');
    expect(answers(pairsOf(8, (index) => ({ retries: 0.02 * wobble(index) })))['retries']).toBe('worse');
  });

  it('measures nothing where a side did not, and is inconclusive where nothing is left', () => {
    const older = pairsOf(8, () => ({})).map((pair) => {
      const { costs: _costs, ...base } = pair.base;
      return { ...pair, base };
    });
    expect(answers(older)).toMatchObject({ 'pipeline-cpu': 'not measured', p99: 'not worse' });
    expect(compare([], 8)).toMatchObject({ verdict: 'inconclusive', exitCode: 12, needs: 8 });
  });

  it('leaves latencies aside of pairs in which a generator fell behind', () => {
    const p99 = compare(pairsOf(8, (index) => ({ p99: index === 0 ? 4_000 : 80, keptUp: index !== 0 }))).metrics.find(
      ({ name }) => name === 'p99',
    );
    expect([p99?.pairs, p99?.answer]).toEqual([7, 'not worse']);
  });
});

describe('promises', () => {
  const broken: Measures = { failed: ['no-oversell'] };

  it('have no margin: one counterexample of what base keeps', () => {
    const { verdict, exitCode, why } = compare(pairsOf(8, (index) => (index === 5 ? broken : {})));
    expect([verdict, exitCode, why]).toEqual([
      'invariant broken',
      11,
      'no-oversell is broken at head and kept at base',
    ]);
  });

  it('stand before its other half is drilled', () => {
    const found = compareSides({ pairs: [], base: [sideRun()], head: [sideRun(broken)], planned: 8 }, margins);
    expect(found.exitCode).toBe(11);
  });

  it('that base breaks too are not by this change, and that head mends are told', () => {
    const both = compare(
      pairsOf(
        8,
        () => broken,
        () => broken,
      ),
    );
    expect([both.exitCode, both.invariants[0]?.answer]).toEqual([0, 'broken before']);
    expect(
      compare(
        pairsOf(
          8,
          () => ({}),
          () => broken,
        ),
      ).invariants[0]?.answer,
    ).toBe('kept now');
  });

  it('without evidence at head are inconclusive', () => {
    expect(compare(pairsOf(8, () => ({ unknown: ['shelf-truth'] })))).toMatchObject({ exitCode: 12 });
  });

  it('of time are missed where head misses them more often than chance explains', () => {
    expect([missed(8, 0).exitCode, missed(8, 0).objectives[1]?.answer]).toEqual([10, 'missed']);
    expect([missed(2, 0).exitCode, missed(2, 0).objectives[1]?.answer]).toEqual([12, 'inconclusive']);
    expect([missed(8, 8).exitCode, missed(8, 8).objectives[1]?.answer]).toEqual([0, 'missed before']);
  });
});

describe('many gates', () => {
  const gates = 1_000;
  const share = (level: number, factor: number, pairs: number, exitCode: number, seed: number) => {
    const noise = noiseOf(seed);
    let count = 0;
    for (let gate = 0; gate < gates; gate += 1) {
      const found = compare(
        pairsOf(
          pairs,
          () => drill(noise, level, factor),
          () => drill(noise, level, 1),
        ),
      );
      if (found.exitCode === exitCode) count += 1;
    }
    return count / gates;
  };

  it.each([0.03, 0.05, 0.1])('raise no false alarm at noise %d', (level) => {
    expect(share(level, 1, 8, 10, 1)).toBeLessThan(0.002);
  });

  it('alarm in at most one of a hundred where every cost lies at its very margin', () => {
    expect(share(0.05, 1.05, 8, 10, 2)).toBeLessThan(0.013);
  });

  it('find 20 % at noise 5 %, and 10 % of cost at noise 2 %', () => {
    expect(share(0.05, 1.2, 8, 10, 3)).toBeGreaterThan(0.9);
    expect(share(0.02, 1.1, 8, 10, 4)).toBeGreaterThan(0.9);
  });

  it('pass the same code on a quiet machine', () => {
    expect(share(0.02, 1, 8, 0, 5)).toBeGreaterThan(0.9);
  });
});
