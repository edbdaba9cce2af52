import type { Mutant, Target } from 'toofan';
import { workerSpec } from '../../worker/worker-process.ts';
import type { MutationName } from './mutations.ts';
import { target as sound } from './target.ts';

interface Defect {
  readonly name: MutationName;
  /** What is wrong with it and why that is seen. */
  readonly summary: string;
  readonly convictedBy: readonly string[];
}

const defects: readonly Defect[] = [
  {
    name: 'drops-on-429',
    summary: 'Asks Aadhaar as fast as it can and lets go of every application that is refused.',
    convictedBy: ['kyc-none-dropped'],
  },
  {
    name: 'compares-no-names',
    summary: 'Takes valid documents for those of one person, whatever names they bear.',
    convictedBy: ['approved-is-right'],
  },
  {
    name: 'rejects-on-failure',
    summary: 'Turns an applicant down where the PAN register has failed.',
    convictedBy: ['rejected-is-right'],
  },
  {
    name: 'approves-in-doubt',
    summary: 'Approves by itself from a confidence of a half, to keep the review queue short.',
    convictedBy: ['review-below-threshold'],
  },
  {
    name: 'softens-rejections',
    summary: 'Tells whoever is rejected that a person will look; none will.',
    convictedBy: ['review-recorded'],
  },
  {
    name: 'answers-twice',
    summary: 'Rejects at first whoever is then sent to review.',
    convictedBy: ['answered-once'],
  },
  {
    name: 'phantom-review',
    summary: 'Announces each review a second time, under a number that nobody submitted.',
    convictedBy: ['no-phantom-decision'],
  },
  {
    name: 'own-words',
    summary: 'Says `verified` where it approves: a word that nobody who reads the log knows.',
    convictedBy: ['answer-fits'],
  },
  {
    name: 'names-another',
    summary: 'Tells each answer of a batch under the name of the applicant before.',
    convictedBy: ['answer-fits'],
  },
  {
    name: 'bills-another',
    summary: 'Books what was paid for one application under the name of another applicant.',
    convictedBy: ['effect-fits'],
  },
  {
    name: 'bills-nobody',
    summary: 'Books what was paid under numbers of applications that nobody submitted.',
    convictedBy: ['effect-fits'],
  },
  {
    name: 'reviews-everyone',
    summary: 'Is never sure: whoever could be approved is sent to a person.',
    convictedBy: ['answer-share-review'],
  },
  {
    name: 'rejects-in-doubt',
    summary: 'Turns everybody away whom a person should look at.',
    convictedBy: ['answer-share-rejected'],
  },
];

/** The pipeline, broken on purpose in one way each. */
export const mutants: readonly Mutant[] = defects.map(({ name, summary, convictedBy }) => {
  const target: Target = {
    ...sound,
    name: `${sound.name}+${name}`,
    summary,
    processes: (context) => [
      workerSpec('kyc-worker', new URL('worker.ts', import.meta.url), context, {
        count: 2,
        memoryLimitMiB: 320,
        env: { TOOFAN_MUTANT: name },
      }),
    ],
  };
  return { name, summary, scenario: 'kyc-mutants', convictedBy, target };
});
