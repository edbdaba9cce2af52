import { it } from 'vitest';
import { nightly } from '../nightly.ts';
import { mutantsWithinMs, expectMutants } from './expect-mutants.ts';

it(
  'a mutant of KYC is convicted, and the sound pipeline is acquitted',
  async () => {
    await expectMutants('kyc', 1, ['drops-on-429']);
  },
  mutantsWithinMs,
);

it.skipIf(!nightly)(
  'all mutants of KYC are convicted, each by what is named for it, and the sound pipeline is acquitted on 5 seeds',
  async () => {
    await expectMutants('kyc', 5);
  },
  mutantsWithinMs,
);
