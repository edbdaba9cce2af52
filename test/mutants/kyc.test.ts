import { it } from 'vitest';
import { nightly } from '../nightly.ts';
import { mutantsWithinMs, expectMutants } from './expect-mutants.ts';

/** Who drops people, who lets them through unseen, and who says two things. */
const some = ['drops-on-429', 'approves-in-doubt', 'answers-twice'];

it(
  'some mutants of KYC are convicted, and the sound pipeline is acquitted',
  async () => {
    await expectMutants('kyc', 1, some);
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
