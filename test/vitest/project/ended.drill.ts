import { expect, it } from 'vitest';
import { drill } from 'toofan/vitest';
import { brief, frozen, expectFrozen } from './a-frozen-database.ts';

it('ends while its drill holds a fault', async () => {
  const aborted = drill('smoke', frozen).catch(() => undefined);
  await Promise.race([aborted, expectFrozen()]);
});

it('is over before its drill', { timeout: 13_500 }, async () => {
  expect(await drill('smoke', frozen)).toKeepEveryPromise();
});

it('is drilled next, healed', async () => {
  const run = await drill('smoke', brief);
  expect(run.invariants.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
});

it('cannot be in time', { timeout: 10_000 }, async () => {
  expect(await drill('smoke')).toKeepEveryPromise();
});
