import { rm } from 'node:fs/promises';

import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { inventory } from '../../harness/domains/inventory/index.ts';
import { openHistory } from '../../harness/history/reader.ts';
import { makeTables } from '../../harness/judge/make-tables.ts';
import { aHistory } from './a-history.ts';
import { tamperedHistory } from './random-history.ts';

/** The judge's tables of a history that is read in slices of that many operations. */
async function viewsOf(folder: string, opsInSlice: number): Promise<unknown[]> {
  await using history = await openHistory(folder);
  await makeTables(history, inventory, opsInSlice);
  const tables = [
    'ops ORDER BY op',
    'phantoms ORDER BY op',
    'stray_effects ORDER BY op',
    'subjects ORDER BY op',
    'totals ORDER BY ALL',
  ];
  const found: unknown[] = [];
  for (const table of tables) found.push(await history.rows(`FROM ${table}`));
  return found;
}

test('are the same however small the slices are that a history is read in', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(tamperedHistory, fc.integer({ min: 1, max: 9 }), async (small, opsInSlice) => {
      const folder = await aHistory(small);
      try {
        expect(await viewsOf(folder, opsInSlice)).toEqual(await viewsOf(folder, 1_000_000));
      } finally {
        await rm(folder, { recursive: true });
      }
    }),
    { numRuns: 20 },
  );
});
