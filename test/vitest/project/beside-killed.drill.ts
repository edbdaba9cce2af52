import { expect, it } from 'vitest';
import { drill } from 'toofan/vitest';
import { brief, expectFrozen, saySeen } from './a-frozen-database.ts';

it('is drilled on the same stack, healed', async () => {
  await expectFrozen();
  await saySeen();
  const run = await drill('smoke', brief);
  expect(run.invariants.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
});
