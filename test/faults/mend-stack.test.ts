import { expect, it } from 'vitest';
import { askStore } from '../../harness/faults/ask-store.ts';
import { mendStack } from '../../harness/faults/mend-stack.ts';
import { target } from '../../simulators/inventory/streaming/target.ts';
import { sharedStack } from '../shared-stack.ts';
import { nightly } from '../nightly.ts';

const shared = sharedStack({ ...target.needs, faults: { proxies: true } });
const stores = ['kafka', 'postgres:main', 'redis'];

it('has nothing to start again where every server answers', async () => {
  expect(await mendStack(shared.stack)).toEqual([]);
});

it('brings back a killed broker, a frozen Redis and a Postgres that nothing comes through to, and keeps the rest', async () => {
  const { stack } = shared;
  await stack.parts.get('kafka')?.kill();
  await stack.parts.get('redis')?.freeze();
  await stack.proxies.get('postgres:main')?.add({ type: 'silence' });
  expect(await mendStack(stack)).toEqual(['kafka']);
  for (const name of stores) {
    await askStore(name, stack.direct);
    await askStore(name, stack.forTarget);
  }
  // A drill could start again.
  await stack.reset(target.needs);
});

it.skipIf(!nightly)('says what cannot be brought back', async () => {
  const { stack } = shared;
  const lost = { ...stack, parts: new Map(), forTarget: { ...stack.forTarget, redis: { host: '127.0.0.1', port: 9 } } };
  await expect(mendStack(lost)).rejects.toThrow(
    /cannot restore the stack after its faults: redis through its proxy: it did not answer within 10000 ms/,
  );
});
