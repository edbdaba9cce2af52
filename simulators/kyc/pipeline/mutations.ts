import { decide } from './decide.ts';
import type { Verdict } from './decide.ts';
import type { Answered } from './wire.ts';
import type { Parts } from './work.ts';

/**
 * Every way in which a worker can be broken on purpose, and the only file that knows of them: the worker takes its parts through
 * here. Why each is convicted stands in mutants.ts.
 */
const mutationNames = [
  'drops-on-429',
  'compares-no-names',
  'rejects-on-failure',
  'approves-in-doubt',
  'softens-rejections',
  'answers-twice',
  'phantom-review',
] as const;
export type MutationName = (typeof mutationNames)[number];

/** The parts of the mutation of that name; those of a sound worker for no name. */
export function mutationNamed(name: string | undefined): (sound: Parts) => Parts {
  if (name === undefined || name === '') return (sound) => sound;
  const known = mutationNames.find((one) => one === name);
  if (known === undefined) throw new Error(`TOOFAN_MUTANT=${name}: unknown; known are ${mutationNames.join(', ')}`);
  return mutations[known];
}

const mutations: Readonly<Record<MutationName, (sound: Parts) => Parts>> = {
  'drops-on-429': dropRefused,
  'compares-no-names': (sound) => ({
    ...sound,
    decide: (form, checks) => decide({ ...form, panName: form.aadhaarName, bankName: form.aadhaarName }, checks),
  }),
  'rejects-on-failure': (sound) => ({
    ...sound,
    postpone: (application, asked, postponed) => {
      if (postponed.why !== 'failed') return sound.postpone(application, asked, postponed);
      const verdict: Verdict = { answer: 'rejected', confidence: null, reason: `${postponed.service} has failed` };
      return {
        op: application.op,
        checks: asked.checks,
        failures: application.failures,
        paid: asked.paid,
        next: { verdict },
      };
    },
  }),
  'approves-in-doubt': (sound) => ({
    ...sound,
    decide: (form, checks) => {
      const verdict = decide(form, checks);
      return verdict?.answer === 'review' && (verdict.confidence ?? 0) >= 0.5
        ? { ...verdict, answer: 'approved' }
        : verdict;
    },
  }),
  'softens-rejections': telling((answered) => [
    answered.answer === 'rejected' ? { ...answered, answer: 'review' } : answered,
  ]),
  'answers-twice': telling((answered) =>
    answered.answer === 'review' ? [{ ...answered, answer: 'rejected' }, answered] : [answered],
  ),
  'phantom-review': telling((answered) =>
    answered.answer === 'review' ? [answered, { ...answered, op: answered.op + 2 ** 40 }] : [answered],
  ),
};

/** Tells other answers than those in the books. */
function telling(as: (answered: Answered) => Answered[]): (sound: Parts) => Parts {
  return (sound) => ({ ...sound, tell: (answers) => sound.tell(answers.flatMap(as)) });
}

/** Calls as fast as it can, and lets go of what is refused: the row is closed, and nobody is told. */
function dropRefused(sound: Parts): Parts {
  const dropped = new Set<number>();
  return {
    ...sound,
    pace: {
      take: () => Promise.resolve({ count: Infinity, waitMs: 0, everyMs: 0 }),
      slowDown: () => Promise.resolve(),
    },
    postpone: (application, asked, postponed) => {
      if (postponed.why === 'limited') dropped.add(application.op);
      return sound.postpone(application, asked, postponed);
    },
    books: {
      claim: (atMost) => sound.books.claim(atMost),
      told: (ops) => sound.books.told(ops),
      settle: async (settled) => {
        const decided = await sound.books.settle(settled);
        await sound.books.told(settled.flatMap(({ op }) => (dropped.delete(op) ? [op] : [])));
        return decided;
      },
    },
  };
}
