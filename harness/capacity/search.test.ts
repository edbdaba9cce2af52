import { describe, expect, it } from 'vitest';
import { array, assert, constantFrom, integer, nat, property } from 'fast-check';
import { answerOf, nextHold, type SearchSettings } from './search.ts';
import type { HoldVerdict, SearchedHold } from './searched-hold.ts';

const settings: SearchSettings = { from: 500, to: 40_000, width: 0.05, confirm: 3 };

/** Searches to the end; `verdictOf` gives the verdict of the n-th hold. */
function search(verdictOf: (perSecond: number, n: number) => HoldVerdict, over = settings): SearchedHold[] {
  const holds: SearchedHold[] = [];
  for (let next = nextHold(over, holds); next !== null; next = nextHold(over, holds)) {
    if (holds.length > 200) throw new Error('the search does not end');
    holds.push({ ...next, verdict: verdictOf(next.perSecond, holds.length) });
  }
  return holds;
}

/** A pipeline that holds up to `capacity`, which varies from hold to hold by a normal `noise` (a share). */
function pipeline(capacity: number, noise: number, seed: number): (perSecond: number) => HoldVerdict {
  let state = seed >>> 0;
  const random = () => ((state = (state * 1_664_525 + 1_013_904_223) >>> 0) + 0.5) / 2 ** 32;
  const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  return (perSecond) => (perSecond < capacity * Math.exp(noise * normal()) ? 'held' : 'failed');
}

describe('the search', () => {
  it('brackets by two, bisects, confirms the rate that held, then fails the one above twice', () => {
    const holds = search((perSecond) => (perSecond <= 12_500 ? 'held' : 'failed'));
    expect(holds.map(({ perSecond }) => perSecond)).toEqual([
      500, 989, 1950, 3860, 7640, 15100, 10700, 12400, 13700, 13100, 12400, 12400, 12400, 13100,
    ]);
    expect(holds.map(({ purpose }) => purpose).filter((purpose) => purpose === 'confirm')).toHaveLength(3);
    expect(answerOf(settings, holds)).toMatchObject({
      kind: 'found',
      heldPerSecond: 12_400,
      held: [3, 3],
      failedPerSecond: 13_100,
      failed: [2, 2],
    });
  });

  it('holds up to the end, and says that nothing above was tried', () => {
    const found = answerOf(
      settings,
      search(() => 'held'),
    );
    expect(found).toMatchObject({ kind: 'held-to-end', heldPerSecond: 40_000, held: [3, 3], failedPerSecond: null });
    expect(found.interval).toEqual([40_000, null]);
  });

  it('fails already at the lowest rate', () => {
    const holds = search(() => 'failed');
    expect(holds.map(({ perSecond }) => perSecond)).toEqual([500, 500]);
    expect(answerOf(settings, holds)).toMatchObject({ kind: 'below', heldPerSecond: null, failedPerSecond: 500 });
  });

  it('gives no number where it could not see what is above', () => {
    const holds = search((perSecond) => (perSecond <= 8_000 ? 'held' : 'inconclusive'));
    const found = answerOf(settings, holds);
    expect(found).toMatchObject({ kind: 'at-least', held: [3, 3], failedPerSecond: null });
    expect(found.heldPerSecond).toBeGreaterThan(7_600);
    expect(found.inconclusivePerSecond).toBeLessThan(8_450);
  });

  it('gives none at all where nothing was conclusive', () => {
    expect(
      answerOf(
        settings,
        search(() => 'inconclusive'),
      ),
    ).toMatchObject({ kind: 'nothing', heldPerSecond: null });
  });

  it('takes a third hold where two disagree', () => {
    const holds = search((perSecond, n) => (perSecond > 12_500 || n === 10 ? 'failed' : 'held'));
    expect(answerOf(settings, holds)).toMatchObject({ heldPerSecond: 12_400, held: [2, 3] });
  });

  it('is unfinished until it is confirmed', () => {
    const verdictOf = pipeline(12_400, 0, 1);
    const holds = search(verdictOf);
    expect(answerOf(settings, holds.slice(0, 8)).kind).toBe('unfinished');
    expect(answerOf(settings, holds.slice(0, 2))).toMatchObject({ kind: 'unfinished', interval: [null, null] });
    expect(answerOf(settings, []).kind).toBe('nothing');
  });

  it('goes on from any of its holds as if it had never stopped', () => {
    assert(
      property(integer({ min: 600, max: 30_000 }), nat(), nat(30), (capacity, seed, cut) => {
        const holds = search(pipeline(capacity, 0.03, seed));
        const begun = holds.slice(0, cut);
        const next = nextHold(settings, begun);
        expect(next).toEqual(
          cut < holds.length ? { perSecond: holds[cut]?.perSecond, purpose: holds[cut]?.purpose } : null,
        );
      }),
    );
  });

  it('never names a rate that failed in two of three, whatever the holds come to', () => {
    const verdict = constantFrom<HoldVerdict>('held', 'failed', 'inconclusive');
    assert(
      property(array(verdict, { minLength: 1, maxLength: 200 }), (verdicts) => {
        const holds = search((_, n) => verdicts[n % verdicts.length] ?? 'held');
        const { kind, heldPerSecond, held } = answerOf(settings, holds);
        if (heldPerSecond === null || !['found', 'held-to-end'].includes(kind)) return;
        expect(held[1]).toBeGreaterThanOrEqual(settings.confirm);
        expect(held[0] * 2).toBeGreaterThan(held[1]);
        const own = holds.filter((one) => one.perSecond === heldPerSecond && one.verdict !== 'inconclusive');
        const failed = own.filter((one) => one.verdict === 'failed').length;
        expect(failed * 2).toBeLessThan(own.length);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [0.005, 0.95],
    [0.01, 0.95],
    [0.02, 0.95],
    [0.03, 0.95],
    [0.05, 0.93],
  ])('has the true capacity in its interval at a noise of %d in at least %d of searches', (noise, share) => {
    const searches = 120;
    const inside = Array.from({ length: searches }, (_, index) => {
      const capacity = 1_000 * 20 ** (index / searches);
      const [low, high] = answerOf(settings, search(pipeline(capacity, noise, 97 * index + 1))).interval;
      return low !== null && high !== null && low <= capacity && capacity <= high && high < 1.3 * low;
    });
    expect(inside.filter(Boolean).length / searches).toBeGreaterThanOrEqual(share);
  });
});
