import type { Mutant } from 'toofan';
import type { MutationName } from './mutations.ts';
import { storefrontWith, target as sound } from './target.ts';

interface Defect {
  readonly name: MutationName;
  readonly summary: string;
  readonly convictedBy: readonly string[];
}

const defects: readonly Defect[] = [
  {
    name: 'confirms-by-the-shelf',
    summary: 'Says "confirmed" from the shelf, before the order is decided: units are sold twice.',
    convictedBy: ['answers-agree'],
  },
];

export const mutants: readonly Mutant[] = defects.map(({ name, summary, convictedBy }) => ({
  name,
  summary,
  convictedBy,
  scenario: 'storefront-mutants',
  target: { ...storefrontWith({ TOOFAN_MUTANT: name }), name: `${sound.name}+${name}`, summary },
}));
