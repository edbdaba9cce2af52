import { expect, it } from 'vitest';
import { retryTransient } from './retry.ts';

it('tries again what passes, and tells of each new try but not of the first', async () => {
  let attempts = 0;
  let retries = 0;
  const transaction = () => (++attempts < 3 ? Promise.reject(new Error('reset')) : Promise.resolve('done'));
  expect(await retryTransient(transaction, () => retries++)).toBe('done');
  expect([attempts, retries]).toEqual([3, 2]);
});
