import type { Invariant } from '../../domain.ts';

/** Submitted applications that were rejected first, though nothing is wrong with them. */
export const rejectedGenuine = `
  SELECT key::VARCHAR AS key, op, decided_at FROM ops
  WHERE submitted AND answer = 'rejected' AND key::VARCHAR IN (SELECT key FROM catalogue WHERE category = 'genuine')`;

/** A pipeline that is not sure sends the application to review; only what cannot be this person's is rejected. */
export const rejectedIsRight: Invariant = {
  name: 'rejected-is-right',
  promise: 'Nobody is rejected whose documents are in order.',
  needs: ['operations', 'appends', 'decisions', 'catalogue'],
  counterexamples: `
    SELECT key, [op] AS ops, decided_at AS "at", 1::DOUBLE AS harm,
      'rejected, and the applicant is who the documents say' AS detail
    FROM (${rejectedGenuine})`,
};
