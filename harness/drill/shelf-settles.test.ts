import { expect, test, vi } from 'vitest';
import type { World } from '../domains/domain.ts';
import type { Stack } from '../stack/stack.ts';
import type { ReadModel, Target } from '../target/target.ts';
import { waitUntilShelfSettles } from './shelf-settles.ts';

/** The truth about one product, whichever store is asked. */
const left = 3;
vi.mock(import('../observe/truth.ts'), async (actual) => ({
  ...(await actual()),
  readBalances: (_postgres, _queries, moment, onRows) =>
    onRows([{ store: 'main', key: 'p', moment, available: left, sold: 0, version: 1 }]),
}));

const refreshMs = 1_000;

/** How long it waits for a copy that shows these numbers in turn, the last repeating; and how often it reads. */
async function waited(...shown: readonly (number | null | Error)[]): Promise<{ looks: number; early: boolean }> {
  let looks = 0;
  const readModel: ReadModel = {
    name: 'shelf',
    stalenessMs: 100,
    refreshMs,
    open: async () => ({
      read: async () => {
        const value = shown[Math.min(looks++, shown.length - 1)];
        if (value instanceof Error) throw value;
        return [value ?? null];
      },
      [Symbol.asyncDispose]: async () => undefined,
    }),
  };
  const world = { opening: [{ key: 'p' }] } as unknown as World;
  const stack = { direct: { postgres: {} } } as unknown as Stack;
  const from = performance.now();
  const { signal } = new AbortController();
  await waitUntilShelfSettles(stack, { balances: [] } as unknown as Target, readModel, world, signal);
  return { looks, early: performance.now() - from < refreshMs - 100 };
}

test('a copy that is right twice in a row is not waited for any longer', async () => {
  expect(await waited(left)).toEqual({ looks: 2, early: true });
});

test('what was still on its way is waited for, and a look that was right by chance does not count', async () => {
  expect(await waited(left, left + 1, left)).toEqual({ looks: 4, early: true });
});

test('a copy that stays wrong, or a store that is away, has the whole refresh', async () => {
  expect(await waited(null)).toMatchObject({ early: false });
  expect(await waited(new Error('away'))).toMatchObject({ early: false });
});
