import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { SmallHistory } from './a-history.ts';
import { domains, judged } from './judged.ts';
import { modelCounts as kycCounts } from './kyc-model.ts';
import { byPlace, merged } from './merged.ts';
import { modelCounts } from './model.ts';
import { soundHistory, tamperedHistory } from './random-history.ts';
import { soundKyc, tamperedKyc } from './random-kyc.ts';
import { soundWallet, tamperedWallet } from './random-wallet.ts';
import { modelCounts as walletCounts } from './wallet-model.ts';
import { nightly } from '../nightly.ts';

/** Random histories of each kind in each domain. */
const numRuns = Number(process.env['TOOFAN_PROPERTY_RUNS'] ?? (nightly ? 20_000 : 400));
/** Drawn at a time, and maximum judged together. */
const drawnAtOnce = 2_000;
const judgedAtOnce = 100;
/** The same seed draws the same histories; without one each run draws new ones, and the names of its tests include the seed. */
const seed = Number(process.env['TOOFAN_PROPERTY_SEED'] ?? Date.now() % 2 ** 31);
const timeout = 240_000 + numRuns * 60;

type Counts = Record<string, number | string>;

/** Every invariant that the model knows; the shelf and visitors' answers have tests of their own. */
const namesOf = ({ domain = 'inventory' }: SmallHistory): string[] =>
  domains[domain].invariants
    .map(({ name }) => name)
    .filter((name) => name !== 'shelf-truth' && name !== 'answers-agree');

async function judgedCounts(small: SmallHistory): Promise<Counts> {
  const { invariants } = await judged({ ...small, invariants: namesOf(small) });
  return Object.fromEntries(
    invariants.map(({ name, verdict, violations }) => {
      expect(verdict).toBe(violations > 0 ? 'fail' : verdict);
      return [name, verdict === 'inconclusive' ? 'unknown' : violations];
    }),
  );
}

/** Sums over all accounts say nothing about one history among many. */
const ofTheWhole: ReadonlySet<string> = new Set(['money-conserved']);

/** Judges together histories with the same unknowns, and compares each one's results, count by count. */
async function compareTogether(histories: readonly SmallHistory[], counts: readonly Counts[]): Promise<void> {
  const together = merged(histories);
  const { invariants } = await judged({ ...together, invariants: namesOf(together) });
  for (const invariant of invariants.filter(({ name }) => !ofTheWhole.has(name))) {
    const found = byPlace(invariant);
    for (const [place, small] of histories.entries()) {
      const expected = counts[place]?.[invariant.name];
      if ((found.get(place) ?? 0) === (expected === 'unknown' ? 0 : expected)) continue;
      expect({ small, ...(await judgedCounts(small)) }).toEqual({ small, ...counts[place] });
      throw new Error(`${invariant.name}: ${found.get(place)} among others: ${JSON.stringify(small)}`);
    }
    const open = counts[0]?.[invariant.name] === 'unknown' ? 'inconclusive' : 'pass';
    expect([invariant.name, invariant.verdict]).toEqual([invariant.name, invariant.violations > 0 ? 'fail' : open]);
  }
}

/** Draws histories and compares them all, most of them together, one of each batch alone; resolves to how many there were. */
async function compareAll(drawn: fc.Arbitrary<SmallHistory>, model: (small: SmallHistory) => Counts): Promise<number> {
  let compared = 0;
  for (let done = 0; done < numRuns; done += drawnAtOnce) {
    const histories = fc
      .sample(drawn, { numRuns: Math.min(drawnAtOnce, numRuns - done), seed: (seed + done) % 2 ** 31 })
      .filter(isJudgeable);
    const withCounts = histories.map((small) => ({ small, counts: model(small) }));
    const lots = Map.groupBy(withCounts, ({ small, counts }) => {
      const open = Object.entries(counts).filter(([, count]) => count === 'unknown');
      return [small.drainedAt, ...open.map(([name]) => name)].join();
    });
    for (const lot of lots.values())
      for (let from = 0; from < lot.length; from += judgedAtOnce) {
        const some = lot.slice(from, from + judgedAtOnce);
        const first = some[0];
        if (first === undefined) continue;
        expect({ small: first.small, ...(await judgedCounts(first.small)) }).toEqual({
          small: first.small,
          ...first.counts,
        });
        await compareTogether(
          some.map(({ small }) => small),
          some.map(({ counts }) => counts),
        );
        compared += some.length;
      }
  }
  return compared;
}

/** Whether it contains enough to be judged at all. */
function isJudgeable(small: SmallHistory): boolean {
  const known = small.domain === 'kyc' || Object.values(small.left ?? {}).some((units) => units !== null);
  const submitted = small.ops?.some(({ absent, outcome = 'ok' }) => absent !== true || outcome === 'ok');
  return known && submitted === true;
}

describe.each([
  ['a shop', soundHistory, tamperedHistory, modelCounts],
  ['a wallet', soundWallet, tamperedWallet, walletCounts],
  ['a KYC', soundKyc, tamperedKyc, kycCounts],
] as const)(`%s (seed ${seed})`, (_, sound, tampered, counts) => {
  test('that is sound is acquitted, whatever it leaves behind', { timeout }, async () => {
    expect(
      await compareAll(sound, (small) => {
        const said = counts(small);
        const found = namesOf(small).map((name) => said[name]);
        // An undrained history may leave a question open, but change nothing else.
        const open = small.drainedAt === null ? 'unknown' : 0;
        expect({ small, guilty: found.filter((one) => one !== 0 && one !== open) }).toEqual({ small, guilty: [] });
        return said;
      }),
    ).toBeGreaterThan(0);
  });

  test('is judged as the slow and obvious model judges it, on every count', { timeout }, async () => {
    expect(await compareAll(tampered, counts)).toBeGreaterThan(0);
  });
});
