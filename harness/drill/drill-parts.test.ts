import { describe, expect, it } from 'vitest';
import { compileLoad } from '../load/load-curve.ts';
import { steady, surge, warmUp } from '../scenario/scenario.ts';
import { story } from '../scenario/time.ts';
import { expectedLoad } from '../load/expected-load.ts';
import { momentMs } from './moments.ts';
import { isDrained } from './offsets.ts';

const load = [
  warmUp({ perSecond: 100, for: '5s' }),
  steady({ perSecond: 100, for: '10s' }),
  surge({ to: 1_000, within: '0s', hold: '20s' }),
];
const curve = compileLoad(load, 1);

describe('the parts of a drill', () => {
  it('counts story time from the end of the warm-up, compressed, and a phase from its own start', () => {
    const moments = [story('10min'), { phase: 'surge', after: '2s' }] as const;
    expect(moments.map((moment) => momentMs(moment, 60, curve, 1_000_000))).toEqual([
      1_000_000 + 5_000 + 10_000,
      1_000_000 + 15_000 + 2_000,
    ]);
  });

  it('expects half of the highest phase before its middle', () => {
    expect(expectedLoad(curve, { restock: 0.02 })).toEqual({
      arrivals: 500 + 1_000 + 20_000,
      arrivalsToMidSurge: 500 + 1_000 + 10_000,
      mix: { restock: 0.02 },
    });
  });

  it('is drained when every group has committed the end of everything it reads', () => {
    const partition = { topic: 't', role: 'input', partition: 0, start: 5, end: 10 } as const;
    expect(isDrained([{ ...partition, committed: { a: 10, b: 10 } }])).toBe(true);
    expect(isDrained([{ ...partition, committed: { a: 10, b: 9 } }])).toBe(false);
    expect(isDrained([{ ...partition, committed: { a: null } }])).toBe(false);
    // Nothing was written there, so there is nothing to commit.
    expect(isDrained([{ ...partition, end: 5, committed: { a: null } }])).toBe(true);
  });
});
