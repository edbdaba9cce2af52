import { expect, it } from 'vitest';
import { BreakerOpen } from './breaker.ts';
import { patiently, retryTransient } from './retry.ts';

const never = new AbortController().signal;
const passing = new Error('passes');

it('tries again until it succeeds, and tells each failure but not what a breaker kept back', async () => {
  const ends = [passing, new BreakerOpen('database', 1), passing];
  const told: unknown[] = [];
  let attempts = 0;
  let retries = 0;
  const result = await patiently(
    () => {
      attempts++;
      const error = ends.shift();
      return error === undefined ? Promise.resolve('done') : Promise.reject(error);
    },
    {
      forMs: 10_000,
      passes: (error) => error === passing,
      onError: (error) => told.push(error),
      onRetry: () => retries++,
      signal: never,
    },
  );
  expect([result, attempts, retries, told]).toEqual(['done', 4, 3, [passing, passing]]);
});

it('gives back at once what does not pass', async () => {
  let attempts = 0;
  let retries = 0;
  const attempt = () => {
    attempts++;
    return Promise.reject(new Error('a bug'));
  };
  const patience = {
    forMs: 10_000,
    passes: () => false,
    onError: () => {},
    onRetry: () => retries++,
    signal: never,
  };
  await expect(patiently(attempt, patience)).rejects.toThrow('a bug');
  expect([attempts, retries]).toEqual([1, 0]);
});

it('gives up after its time', async () => {
  const patience = { forMs: 0, passes: () => true, onError: () => {}, signal: never };
  await expect(patiently(() => Promise.reject(passing), patience)).rejects.toThrow('passes');
});

it('ends its wait with the reason for which it is no longer to wait', async () => {
  const abandoned = new AbortController();
  const patience = { forMs: 60_000, passes: () => true, onError: () => {}, signal: abandoned.signal };
  const waiting = patiently(() => Promise.reject(new BreakerOpen('database', 60_000)), patience);
  abandoned.abort(new Error('the group has gone on'));
  await expect(waiting).rejects.toThrow('the group has gone on');
});

it('runs a transaction again after what passes, and tells of each new try but not of the first', async () => {
  let attempts = 0;
  let retries = 0;
  const transaction = () => (++attempts < 3 ? Promise.reject(new Error('reset')) : Promise.resolve('done'));
  expect(await retryTransient(transaction, () => retries++)).toBe('done');
  expect([attempts, retries]).toEqual([3, 2]);
});
