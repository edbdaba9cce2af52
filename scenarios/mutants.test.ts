import { expect, it } from 'vitest';
import { inventory } from 'toofan/domains/inventory';
import { kyc } from 'toofan/domains/kyc';
import { wallet } from 'toofan/domains/wallet';
import { mutants } from '../simulators/index.ts';
import { scenarios } from './index.ts';

const domains = [inventory, wallet, kyc];

it('every invariant of every domain convicts at least one mutant', () => {
  const without = domains.flatMap((domain) => {
    const convicting = new Set(
      mutants.filter(({ target }) => target.domain === domain.name).flatMap(({ convictedBy }) => convictedBy),
    );
    return domain.invariants.filter(({ name }) => !convicting.has(name)).map(({ name }) => `${domain.name}: ${name}`);
  });
  expect(
    without,
    'nothing shows that it can convict; break a pipeline in a way that it alone must find, and name it in `convictedBy` of that mutant (simulators/**/mutants.ts)',
  ).toEqual([]);
});

it.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
  '%s is convicted by what its drill judges',
  (_, { scenario, target, convictedBy }) => {
    const drilled = scenarios.find(({ name }) => name === scenario);
    const domain = domains.find(({ name }) => name === target.domain);
    const types = (drilled?.objectives ?? []).map(({ type }) => type);
    const judged = [...(domain?.invariants ?? []).map(({ name }) => name), ...types];
    // An objective's name may say more than its type: `answer-share-review`.
    expect(convictedBy.filter((name) => !judged.some((one) => name === one || name.startsWith(`${one}-`)))).toEqual([]);
    expect(convictedBy).not.toEqual([]);
  },
);
