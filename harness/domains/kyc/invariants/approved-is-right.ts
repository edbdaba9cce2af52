import type { Invariant } from '../../domain.ts';

/** Submitted applications that some decision approved, though the documents are another person's. */
export const approvedImpostors = `
  SELECT key::VARCHAR AS key, op, approved_at
  FROM (SELECT op, min(decided_at) AS approved_at FROM decisions WHERE answer = 'approved' GROUP BY op)
    JOIN ops USING (op)
  WHERE submitted AND key::VARCHAR IN (SELECT key FROM catalogue WHERE category = 'impostor')`;

/**
 * Whose documents belong to another person is known from the world (category `impostor`), and shows: in a name that is another
 * one, or in the face. To be sure of nobody is allowed: review and rejection are no breach.
 */
export const approvedIsRight: Invariant = {
  name: 'approved-is-right',
  promise: 'Nobody is approved with the documents of another person.',
  needs: ['operations', 'appends', 'decisions', 'catalogue'],
  counterexamples: `
    SELECT key, [op] AS ops, approved_at AS "at", 1::DOUBLE AS harm,
      'approved, and the documents are not those of this applicant' AS detail
    FROM (${approvedImpostors})`,
};
