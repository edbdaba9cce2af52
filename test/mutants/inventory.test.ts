import { it } from 'vitest';
import { mutantsWithinMs, expectMutants } from './expect-mutants.ts';

it(
  'the mutants of the shop are convicted, each by what is named for it, and the sound pipeline is acquitted on 5 seeds',
  async () => {
    await expectMutants('inventory', 5);
  },
  mutantsWithinMs,
);
