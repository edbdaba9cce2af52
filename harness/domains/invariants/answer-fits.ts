import type { Invariant } from '../domain.ts';
import type { Words } from './words.ts';

/** A decision has an allowed answer and mode, names its operation, and is under that operation's key. */
export const answerFits = ({ harm }: Pick<Words, 'harm'>): Invariant => ({
  name: 'answer-fits',
  promise: 'Every answer is one the domain allows for its operation, and carries the key of its operation.',
  needs: ['operations', 'appends', 'decisions'],
  counterexamples: `
    SELECT unfit.key, CASE WHEN op IS NULL THEN []::BIGINT[] ELSE [op] END AS ops, "at", coalesce(${harm}, n)::DOUBLE AS harm,
      coalesce(kind || ' ', '') || fault AS detail
    FROM unfit LEFT JOIN ops USING (op)`,
});
