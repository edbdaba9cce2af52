import type { Settled } from './books.ts';
import { decide } from './decide.ts';
import type { Verdict } from './decide.ts';
import type { Answered } from './wire.ts';
import type { Parts } from './work.ts';

/**
 * Every deliberate defect of a worker, and the only file that knows them: the worker takes its parts from here. mutants.ts says
 * why each is convicted.
 */
const mutationNames = [
  'drops-on-429',
  'compares-no-names',
  'rejects-on-failure',
  'approves-in-doubt',
  'softens-rejections',
  'answers-twice',
  'phantom-review',
  'own-words',
  'names-another',
  'bills-another',
  'bills-nobody',
  'reviews-everyone',
  'rejects-in-doubt',
] as const;
export type MutationName = (typeof mutationNames)[number];

/** The parts of the mutation with that name; without a name, a sound worker's. */
export function mutationNamed(name: string | undefined): (sound: Parts) => Parts {
  if (name === undefined || name === '') return (sound) => sound;
  const known = mutationNames.find((one) => one === name);
  if (known === undefined) throw new Error(`TOOFAN_MUTANT=${name}: unknown; known: ${mutationNames.join(', ')}`);
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
        applicant: application.applicant,
        checks: asked.checks,
        failures: application.failures,
        paid: asked.paid,
        next: { verdict },
      };
    },
  }),
  'approves-in-doubt': deciding((verdict) =>
    verdict.answer === 'review' && (verdict.confidence ?? 0) >= 0.5 ? { ...verdict, answer: 'approved' } : verdict,
  ),
  'softens-rejections': telling((answered) => [
    answered.answer === 'rejected' ? { ...answered, answer: 'review' } : answered,
  ]),
  'answers-twice': telling((answered) =>
    answered.answer === 'review' ? [{ ...answered, answer: 'rejected' }, answered] : [answered],
  ),
  'phantom-review': telling((answered) =>
    answered.answer === 'review' ? [answered, { ...answered, op: answered.op + nobodys }] : [answered],
  ),
  'own-words': telling((answered) => [answered.answer === 'approved' ? { ...answered, answer: 'verified' } : answered]),
  'names-another': (sound) => ({
    ...sound,
    tell: (answers) =>
      sound.tell(
        answers.map((answered, i) => ({ ...answered, applicant: answers.at(i - 1)?.applicant ?? answered.applicant })),
      ),
  }),
  'bills-another': billing((settled) =>
    settled.map((one, i) => ({ ...one, applicant: settled.at(i - 1)?.applicant ?? one.applicant })),
  ),
  'bills-nobody': billing((settled) =>
    settled.flatMap((one) => [
      { ...one, paid: [] },
      { ...one, op: one.op + nobodys, next: { dueInMs: 0 } },
    ]),
  ),
  'reviews-everyone': deciding((verdict) =>
    verdict.answer === 'approved' ? { ...verdict, answer: 'review' } : verdict,
  ),
  'rejects-in-doubt': deciding((verdict) =>
    verdict.answer === 'review' ? { ...verdict, answer: 'rejected' } : verdict,
  ),
};

/** Added to an application's number, it gives one that nobody submitted. */
const nobodys = 2 ** 40;

/** Decides correctly, and then answers something else. */
function deciding(as: (verdict: Verdict) => Verdict): (sound: Parts) => Parts {
  return (sound) => ({
    ...sound,
    decide: (form, checks) => {
      const verdict = sound.decide(form, checks);
      return verdict === null ? null : as(verdict);
    },
  });
}

/** Writes rows into its books that differ from its work. */
function billing(as: (settled: readonly Settled[]) => Settled[]): (sound: Parts) => Parts {
  return (sound) => ({
    ...sound,
    books: {
      claim: (atMost) => sound.books.claim(atMost),
      told: (ops) => sound.books.told(ops),
      settle: (settled) => sound.books.settle(as(settled)),
    },
  });
}

/** Sends answers that differ from those in the books. */
function telling(as: (answered: Answered) => Answered[]): (sound: Parts) => Parts {
  return (sound) => ({ ...sound, tell: (answers) => sound.tell(answers.flatMap(as)) });
}

/** Calls as fast as it can, and drops what is refused: the row is closed, and nobody is told. */
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
