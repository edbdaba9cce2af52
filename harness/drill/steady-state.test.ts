import { expect, it } from 'vitest';
import { waitForSteadyState, type Look } from './steady-state.ts';

const never = new AbortController().signal;

/** Checks with these results in turn; the last one repeats. */
const looks = (...said: (string | null)[]): Look & { count(): number } => {
  let count = 0;
  const look = async () => said[Math.min(count++, said.length - 1)] ?? null;
  return Object.assign(look, { count: () => count });
};

it('is steady at the first look that lacks nothing', async () => {
  const look = looks('9 messages behind', null);
  expect(await waitForSteadyState(look, Date.now(), Date.now() + 10_000, never)).toBe(null);
  expect(look.count()).toBe(2);
});

it('looks from its time on and not before', async () => {
  const from = Date.now() + 50;
  let first = 0;
  const look = async () => {
    first ||= Date.now();
    return null;
  };
  await waitForSteadyState(look, from, from + 10, never);
  expect(first).toBeGreaterThanOrEqual(from - 1);
});

it('says what was lacking where the time is up, after one look at least', async () => {
  const look = looks('inventory-worker-0 is down');
  expect(await waitForSteadyState(look, Date.now(), Date.now(), never)).toBe('inventory-worker-0 is down');
  expect(look.count()).toBe(1);
});

it('gives up when the drill ends', async () => {
  const end = new AbortController();
  const waiting = waitForSteadyState(looks('behind'), Date.now(), Date.now() + 60_000, end.signal);
  end.abort(new Error('interrupted'));
  await expect(waiting).rejects.toThrow(/abort/i);
});
