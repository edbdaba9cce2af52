import { expect, it } from 'vitest';
import { drill } from 'toofan/vitest';

it('the streaming pipeline keeps its promises', async () => {
  const run = await drill('smoke', { loadScale: 0.2 });
  expect(run).toKeep('no-oversell');
  expect(run).toKeepEveryPromise();
  expect(run).toMeet('drained');
});

it('the batch of 2019 keeps them, too', async () => {
  const run = await drill('smoke', { target: 'legacy-batch' });
  expect(run).not.toKeep('no-oversell');
  expect(run).toKeep('no-oversell');
});
