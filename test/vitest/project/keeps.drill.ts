import { expect, it } from 'vitest';
import { drill } from 'toofan/vitest';

it('the streaming pipeline keeps its promises', async () => {
  // On a machine that others use there may be a doubt, and no more than that.
  const run = await drill('smoke', { loadScale: 0.2, inconclusive: 'skip' });
  expect(run).toKeep('no-oversell');
  expect(run).toKeepEveryPromise();
});

it('the batch of 2019 keeps them, too', async () => {
  const run = await drill('smoke', { target: 'legacy-batch' });
  expect(run).not.toKeep('no-oversell');
  expect(run).toKeep('no-oversell');
});
