import type { Invariant } from '../../domain.ts';
import { told, unknownWho } from './told.ts';

/** Approvals of impostors. */
export const approvedImpostors = told('approved', 'impostor');

/**
 * The world knows the impostors (category `impostor`), and the documents show it: a different name, or a different face. A
 * pipeline may be unsure: review and rejection are no breach.
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
