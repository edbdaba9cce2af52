import { it } from 'vitest';
import { nightly } from '../nightly.ts';
import { mutantsWithinMs, expectMutants } from './expect-mutants.ts';

it.skipIf(!nightly)(
  'all mutants of KYC are convicted, each by what is named for it, and the sound pipeline is acquitted on 5 seeds',
  async () => {
    await expectMutants('kyc', 5);
  },
  mutantsWithinMs,
);
