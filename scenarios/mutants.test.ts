import { describe, expect, it } from 'vitest';
import { inventory } from 'toofan/domains/inventory';
import { mutants } from '../simulators/index.ts';
import { scenarios } from './index.ts';

const ofShop = mutants.filter(({ target }) => target.domain === 'inventory');

describe('the mutants of the shop', () => {
  // Who is told what over HTTP is convicted of in test/targets/storefront.test.ts.
  it.each(inventory.invariants.map(({ name }) => name).filter((name) => name !== 'answers-agree'))(
    'one of them is convicted by %s',
    (invariant) => {
      expect(ofShop.filter(({ convictedBy }) => convictedBy.includes(invariant))).not.toEqual([]);
    },
  );

  it.each(ofShop.map((mutant) => [mutant.name, mutant] as const))(
    '%s is convicted by what its drill judges',
    (_, mutant) => {
      const scenario = scenarios.find(({ name }) => name === mutant.scenario);
      const judged = new Set([
        ...inventory.invariants.map(({ name }) => name),
        ...(scenario?.objectives ?? []).map(({ type }) => type),
      ]);
      expect(mutant.convictedBy.filter((name) => !judged.has(name))).toEqual([]);
    },
  );
});
