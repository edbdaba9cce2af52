import { expect, test } from 'vitest';

import { fateOf } from './send-produce.ts';

test.each([
  [0, 'written'],
  [10, 'failed'], // too large
  [19, 'failed'], // not enough replicas, before the append
  [20, 'unknown'], // not enough replicas, after it
  [6, 'unknown'], // lost the partition, perhaps while it waited for replicas
  [3, 'unknown'],
  [7, 'unknown'], // replicas took too long
  [-1, 'unknown'],
  [999, 'unknown'],
] as const)('error code %i: %s', (code, fate) => {
  expect(fateOf(code)).toBe(fate);
});
