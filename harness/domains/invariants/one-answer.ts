import { commonWords } from '../common-words.ts';
import type { Invariant } from '../domain.ts';
import { sqlText } from '../sql.ts';
import type { Words } from './words.ts';

const { takenBack } = commonWords;

/** At most one distinct answer, not counting `revoked`. The same answer twice is allowed: delivery is at-least-once. */
export const oneAnswer = (name: string, { harm }: Pick<Words, 'harm'>): Invariant => ({
  name,
  promise: 'No operation gets two different answers.',
  needs: ['operations', 'appends', 'decisions'],
  counterexamples: `
    SELECT key::VARCHAR AS key, [op] AS ops, decided_at AS "at", ${harm}::DOUBLE AS harm,
      kind || ' was answered ' || list_aggregate(list_sort(answers), 'string_agg', ' and ') || '; the first was ' || answer AS detail
    FROM ops JOIN (
      SELECT op, list(DISTINCT answer) AS answers FROM decisions
      WHERE op IN (SELECT op FROM ops WHERE ambiguous) AND answer <> ${sqlText(takenBack)} GROUP BY op
    ) USING (op) WHERE ambiguous AND submitted`,
});
