import { commonWords } from '../common-words.ts';
import type { Invariant } from '../domain.ts';
import { sqlList, sqlText } from '../sql.ts';
import type { Words } from './words.ts';

const { pending, shed } = commonWords;

/**
 * What a visitor was told over HTTP is what was decided. *pending* promises nothing. Telling a visitor to retry was true if
 * another attempt of theirs was let in. An answer without a decision counts once the pipeline has consumed past it.
 */
export const answersAgree = ({ harm }: Pick<Words, 'harm'>): Invariant => ({
  name: 'answers-agree',
  promise: 'Shoppers are told what was decided.',
  needs: ['operations', 'appends', 'decisions', 'answers'],
  counterexamples: `
    WITH told AS (
      SELECT op, answer, min(answered_at) AS answered_at FROM answers WHERE answer NOT IN ${sqlList([pending, shed])} GROUP BY op, answer
    ), turned_away AS (
      SELECT op, max(answered_at) AS answered_at FROM answers GROUP BY op
      HAVING bool_and(answer = ${sqlText(shed)})
        AND count(DISTINCT attempt) = (SELECT count(*) FROM operations o WHERE o.op = answers.op)
    )
    SELECT key::VARCHAR AS key, [op] AS ops, answered_at AS "at", ${harm}::DOUBLE AS harm,
      'the shopper was told ' || told.answer || ' for the ' || kind || CASE
        WHEN NOT submitted THEN ', but it never reached the input log'
        WHEN o.answer IS NULL THEN ', but nothing was decided'
        ELSE ', but the decision was ' || o.answer END AS detail
    FROM told JOIN ops o USING (op)
    WHERE NOT EXISTS (FROM decisions d WHERE d.op = told.op AND d.answer = told.answer)
      AND (NOT submitted OR o.answer IS NOT NULL OR settled)
    UNION ALL
    SELECT key::VARCHAR, [op], answered_at, ${harm}::DOUBLE,
      'the shopper was told to retry, but the ' || kind || ' was ' || o.answer
    FROM turned_away JOIN ops o USING (op) WHERE submitted AND o.answer <> ${sqlText(shed)}`,
});
