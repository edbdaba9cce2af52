import { it } from 'vitest';
import { nightly } from '../nightly.ts';
import { mutantsWithinMs, expectMutants } from './expect-mutants.ts';

/** One for each invariant that some mutant is convicted by. */
const oneEach = [
  'credit-before-debit',
  'shard-map-ends',
  'crisis-batch-skipped',
  'review-forgotten',
  'fraud-ignored',
  'keeps-a-margin',
];

it(
  'a mutant of the wallet for each invariant is convicted, and the sound pipeline is acquitted',
  async () => {
    await expectMutants('wallet', 1, oneEach);
  },
  mutantsWithinMs,
);

it.skipIf(!nightly)(
  'all mutants of the wallet are convicted, each by what is named for it, and the sound pipeline is acquitted on 5 seeds',
  async () => {
    await expectMutants('wallet', 5);
  },
  mutantsWithinMs,
);
