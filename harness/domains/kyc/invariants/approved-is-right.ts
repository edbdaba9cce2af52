import type { Invariant } from '../../domain.ts';
import { told, unknownWho } from './told.ts';

/** Approvals with the documents of another person. */
export const approvedImpostors = told('approved', 'impostor');

/**
 * Whose documents belong to another person is known from the world (category `impostor`), and shows: in a name that is another
 * one, or in the face. To be sure of nobody is allowed: review and rejection are no breach.
 */
export const approvedIsRight: Invariant = {
  name: 'approved-is-right',
  promise: 'Nobody is approved with the documents of another person.',
  needs: ['operations', 'appends', 'decisions', 'catalogue'],
  counterexamples: `
    SELECT key, list_filter([op], lambda one : one IS NOT NULL) AS ops, told_at AS "at", 1::DOUBLE AS harm,
      'approved, but the documents belong to another person' AS detail
    FROM (${approvedImpostors})`,
  unknown: unknownWho('approved'),
};
