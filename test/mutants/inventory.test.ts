import { it } from 'vitest';
import { mutantsWithinMs, tryMutants } from './try-mutants.ts';

it(
  'the mutants of the shop are convicted, each by what is named for it, and the sound pipeline is acquitted on 5 seeds',
  async () => {
    await tryMutants('inventory', 5);
  },
  mutantsWithinMs,
);
