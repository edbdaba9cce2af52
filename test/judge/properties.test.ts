import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { inventory } from '../../harness/domains/inventory/index.ts';
import { wallet } from '../../harness/domains/wallet/index.ts';
import type { SmallHistory } from './a-history.ts';
import { judged } from './judged.ts';
import { modelCounts } from './model.ts';
import { soundHistory, tamperedHistory } from './random-history.ts';
import { soundWallet, tamperedWallet } from './random-wallet.ts';
import { modelCounts as walletCounts } from './wallet-model.ts';
import { nightly } from '../nightly.ts';

const numRuns = nightly ? 200 : 20;

/** Every invariant that the model knows; the shelf, and what visitors were told, have tests of their own. */
const namesOf = ({ domain }: SmallHistory): string[] =>
  (domain === 'wallet' ? wallet : inventory).invariants
    .map(({ name }) => name)
    .filter((name) => name !== 'shelf-truth' && name !== 'answers-agree');

async function judgedCounts(small: SmallHistory): Promise<Record<string, number | string>> {
  const { invariants } = await judged({ ...small, invariants: namesOf(small) });
  return Object.fromEntries(
    invariants.map(({ name, verdict, violations }) => {
      expect(verdict).toBe(violations > 0 ? 'fail' : verdict);
      return [name, verdict === 'inconclusive' ? 'unknown' : violations];
    }),
  );
}

/** Whether it says enough to be judged at all. */
function isJudgeable(small: SmallHistory): boolean {
  const known = Object.values(small.left ?? {}).some((units) => units !== null);
  const submitted = small.ops?.some(({ absent, outcome = 'ok' }) => absent !== true || outcome === 'ok');
  return known && submitted === true;
}

describe.each([
  ['a shop', soundHistory, tamperedHistory, modelCounts],
  ['a wallet', soundWallet, tamperedWallet, walletCounts],
] as const)('%s', (_, sound, tampered, counts) => {
  test('that is sound is acquitted, whatever it leaves behind', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(sound, async (small) => {
        const found = Object.values(await judgedCounts(small));
        // What is not drained may leave a question open, and nothing else.
        const open = small.drainedAt === null ? 'unknown' : 0;
        expect(found.filter((count) => count !== 0 && count !== open)).toEqual([]);
        expect(found).toHaveLength(namesOf(small).length);
      }),
      { numRuns },
    );
  });

  test('is judged as the slow and obvious model judges it, on every count', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(tampered, async (small) => {
        fc.pre(isJudgeable(small));
        expect(await judgedCounts(small)).toEqual(counts(small));
      }),
      { numRuns },
    );
  });
});
