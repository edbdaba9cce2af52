import { expect, it, vi } from 'vitest';
import { watch } from './watch.ts';

it('ends though a look never does, with what the others saw', async () => {
  const stop = new AbortController();
  const seen: string[] = [];
  const looks = { hangs: 0 };
  const ended = watch(
    [
      {
        everyMs: 100,
        sample: () => {
          looks.hangs += 1;
          return new Promise<never>(() => {});
        },
      },
      { everyMs: 100, sample: () => Promise.resolve([{ probe: 'lag', subject: 'a', value: 1, unit: '' }]) },
    ],
    (samples) => {
      seen.push(...samples.map(({ probe }) => probe ?? ''));
      return Promise.resolve();
    },
    stop.signal,
    100,
  );
  await vi.waitFor(() => expect(looks.hangs).toBe(1));
  stop.abort();
  await ended;
  expect(seen).toContain('lag');
});
