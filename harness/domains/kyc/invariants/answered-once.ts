import type { Invariant } from '../../domain.ts';

/** At most one distinct answer. The same answer twice is allowed: delivery is at least once, and impatient applicants send again. */
export const answeredOnce: Invariant = {
  name: 'answered-once',
  promise: 'Nobody gets two different answers.',
  needs: ['operations', 'appends', 'decisions'],
  counterexamples: `
    SELECT key::VARCHAR AS key, [op] AS ops, decided_at AS "at", 1::DOUBLE AS harm,
      kind || ' was answered ' || list_aggregate(list_sort(answers), 'string_agg', ' and ') || '; the first was ' || answer AS detail
    FROM ops JOIN (
      SELECT op, list(DISTINCT answer) AS answers FROM decisions WHERE op IN (SELECT op FROM ops WHERE ambiguous) GROUP BY op
    ) USING (op) WHERE ambiguous AND submitted`,
};
