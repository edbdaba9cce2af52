import type { Mutant, Target } from 'toofan';
import { workerSpec } from '../../worker/worker-process.ts';
import type { MutationName } from './mutations.ts';
import { target as sound } from './target.ts';

interface Defect {
  readonly name: MutationName;
  /** Its defect, and why that is noticed. */
  readonly summary: string;
  readonly convictedBy: readonly string[];
}

const defects: readonly Defect[] = [
  {
    name: 'drops-on-429',
    summary: 'Calls Aadhaar without pacing and drops every application that is refused.',
    convictedBy: ['kyc-none-dropped'],
  },
  {
    name: 'compares-no-names',
    summary: "Accepts valid documents as one person's, whatever names they bear.",
    convictedBy: ['approved-is-right'],
  },
  {
    name: 'rejects-on-failure',
    summary: 'Rejects an applicant when the PAN register fails.',
    convictedBy: ['rejected-is-right'],
  },
  {
    name: 'approves-in-doubt',
    summary: 'Approves automatically from a confidence of 0.5, to keep the review queue short.',
    convictedBy: ['review-below-threshold'],
  },
  {
    name: 'softens-rejections',
    summary: 'Answers review to rejected applicants; no review follows.',
    convictedBy: ['review-recorded'],
  },
  {
    name: 'answers-twice',
    summary: 'Rejects applicants first, then sends them to review.',
    convictedBy: ['answered-once'],
  },
  {
    name: 'phantom-review',
    summary: 'Answers each review a second time under a number never submitted.',
    convictedBy: ['no-phantom-decision'],
  },
  {
    name: 'own-words',
    summary: 'Answers `verified` instead of `approved`: a word no reader of the log knows.',
    convictedBy: ['answer-fits'],
  },
  {
    name: 'names-another',
    summary: "Writes each answer of a batch under the previous applicant's name.",
    convictedBy: ['answer-fits'],
  },
  {
    name: 'bills-another',
    summary: 'Books the cost of one application under another applicant.',
    convictedBy: ['effect-fits'],
  },
  {
    name: 'bills-nobody',
    summary: 'Books costs under applications never submitted.',
    convictedBy: ['effect-fits'],
  },
  {
    name: 'reviews-everyone',
    summary: 'Sends every applicant it could approve to manual review.',
    convictedBy: ['answer-share-review'],
  },
  {
    name: 'rejects-in-doubt',
    summary: 'Rejects everyone who should go to manual review.',
    convictedBy: ['answer-share-rejected'],
  },
];

/** The pipeline with one deliberate defect each. */
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
