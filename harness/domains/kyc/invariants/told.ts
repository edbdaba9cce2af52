/** Applicants by category, and what they were told. */
import { sqlList } from '../../sql.ts';

const categories = ['genuine', 'flawed', 'impostor'] as const;
type Category = (typeof categories)[number];

/**
 * SQL with the columns key, op, told_at: applicants of a category to whom some decision gave this answer, by its application or
 * by its key: a reader of the log may go by either.
 */
export const told = (answer: string, category: Category): string => `
  SELECT key, op, min(decided_at) AS told_at FROM (
    SELECT key, op, decided_at FROM decisions WHERE answer = '${answer}'
    UNION ALL
    SELECT ops.key::VARCHAR, op, decisions.decided_at FROM decisions JOIN ops USING (op) WHERE decisions.answer = '${answer}'
  ) WHERE key IN (SELECT key FROM catalogue WHERE category = '${category}') GROUP BY key, op`;

/** Why nobody can say whether an answer was right: the catalogue does not know who got it. */
export const unknownWho = (answer: string): string => `
  WITH known AS (SELECT key FROM catalogue WHERE category IN ${sqlList(categories)}),
  strangers AS (
    SELECT count(DISTINCT op) AS n FROM decisions JOIN ops USING (op)
    WHERE decisions.answer = '${answer}' AND ops.key::VARCHAR NOT IN (FROM known)
  )
  SELECT 'the catalogue identifies nobody' AS reason WHERE NOT EXISTS (FROM known)
  UNION ALL
  SELECT n || ' were ${answer} who are not in the catalogue' FROM strangers WHERE n > 0`;
