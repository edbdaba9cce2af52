import type { Invariant } from '../../domain.ts';
import { told, unknownWho } from './told.ts';

/** Rejections of genuine applicants. */
export const rejectedGenuine = told('rejected', 'genuine');

/**
 * An unsure pipeline sends the application to review; only what cannot be this person's is rejected. The history cannot tell
 * whether rejecting a `flawed` applicant was right: a scenario bounds how many are.
 */
export const rejectedIsRight: Invariant = {
  name: 'rejected-is-right',
  promise: 'Nobody with valid documents is rejected.',
  needs: ['operations', 'appends', 'decisions', 'catalogue'],
  counterexamples: `
    SELECT key, list_filter([op], lambda one : one IS NOT NULL) AS ops, told_at AS "at", 1::DOUBLE AS harm,
      'rejected, but the documents are the applicant''s own' AS detail
    FROM (${rejectedGenuine})`,
  unknown: unknownWho('rejected'),
};
