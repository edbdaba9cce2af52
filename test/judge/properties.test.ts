import { rm } from 'node:fs/promises';

import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { inventory } from '../../harness/domains/inventory/index.ts';
import { judge } from '../../harness/judge/judge.ts';
import { aHistory, type SmallHistory } from './a-history.ts';
import { modelCounts } from './model.ts';
import { soundHistory, tamperedHistory } from './random-history.ts';

/** Every invariant that the model knows; the shelf has tests of its own. */
const names = inventory.invariants.map(({ name }) => name).filter((name) => name !== 'shelf-truth');
const numRuns = Number(process.env['TOOFAN_PROPERTY_RUNS'] ?? 50);

async function judgedCounts(small: SmallHistory): Promise<Record<string, number | string>> {
  const folder = await aHistory({ ...small, invariants: names });
  try {
    const { invariants } = await judge(folder, inventory);
    return Object.fromEntries(
      invariants.map(({ name, verdict, violations }) => {
        expect(verdict).toBe(violations > 0 ? 'fail' : verdict);
        return [name, verdict === 'inconclusive' ? 'unknown' : violations];
      }),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('acquits whatever a sound pipeline leaves behind', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(soundHistory, async (small) => {
      expect(await judgedCounts(small)).toEqual(Object.fromEntries(names.map((name) => [name, 0])));
    }),
    { numRuns },
  );
});

test('agrees with the slow and obvious model on every count', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(tamperedHistory, async (small) => {
      const known = Object.values(small.left ?? {}).some((units) => units !== null);
      const submitted = small.ops?.some(({ absent, outcome = 'ok' }) => absent !== true || outcome === 'ok');
      fc.pre(known && submitted === true);
      expect(await judgedCounts(small)).toEqual(modelCounts(small));
    }),
    { numRuns },
  );
});
