import type { Invariant } from '../../domain.ts';

/** At most one distinct answer, `revoked` aside. The same answer twice is allowed: delivery is at least once. */
export const oneDecision: Invariant = {
  name: 'one-decision',
  promise: 'Nobody gets two different answers.',
  needs: ['operations', 'appends', 'decisions'],
  counterexamples: `
    SELECT key::VARCHAR AS key, [op] AS ops, decided_at AS "at", coalesce(quantity, 1)::DOUBLE AS harm,
      kind || ' was answered ' || list_aggregate(list_sort(answers), 'string_agg', ' and ') || '; the first was ' || answer AS detail
    FROM ops JOIN (
      SELECT op, list(DISTINCT answer) AS answers FROM decisions
      WHERE op IN (SELECT op FROM ops WHERE ambiguous) AND answer <> 'revoked' GROUP BY op
    ) USING (op) WHERE ambiguous AND submitted`,
};
