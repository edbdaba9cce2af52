import { it } from 'vitest';
import { nightly } from '../nightly.ts';
import { mutantsWithinMs, expectMutants } from './expect-mutants.ts';

/** Money that is created, and customers who are told that they have none. */
const some = ['credit-before-debit', 'keeps-a-margin'];

it(
  'some mutants of the wallet are convicted, and the sound pipeline is acquitted',
  async () => {
    await expectMutants('wallet', 1, some);
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
