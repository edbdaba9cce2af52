/** What every business promises of its answers, once for all domains; each says it in its own words. */
import type { Answers, Invariant } from './domain.ts';
import { sqlList, sqlText } from './sql.ts';

/** Words that mean the same in every business. */
export const commonWords = {
  shed: 'shed',
  pending: 'pending',
  takenBack: 'revoked',
} as const satisfies Partial<Answers>;
const { shed, pending, takenBack } = commonWords;

/** SQL expressions over the judge's `ops`. */
interface Words {
  /** What was asked for, in words: `order of 3 units`. */
  readonly asked: string;
  /** How much hangs on it; larger is worse. */
  readonly harm: string;
}

/**
 * Whatever was submitted and consumed has a decision. Not consumed at the deadline is undecided, not lost, nor is what may wait
 * inside the pipeline. What the broker acknowledged and does not have is the stack's loss, and convicts too.
 */
export const everythingAnswered = (name: string, { asked, harm }: Words, moved: string): Invariant => ({
  name,
  promise: 'Everything that was submitted and consumed is answered.',
  judgesLostAcks: true,
  needs: ['operations', 'appends', 'decisions'],
  counterexamples: `
    SELECT key::VARCHAR AS key, [op] AS ops, appended_at AS "at", ${harm}::DOUBLE AS harm,
      ${asked} || ' was consumed and never answered' || CASE WHEN effects > 0 THEN ', though ${moved}' ELSE '' END AS detail
    FROM ops, drill WHERE submitted AND consumed AND waiting = 0 AND answer IS NULL AND revoked_at IS NULL
    UNION ALL
    SELECT key::VARCHAR, [op], sent_at, ${harm}::DOUBLE,
      kind || ' was acknowledged by the broker and is not in its log: the stack lost it, not the pipeline'
    FROM ops WHERE lost_acks > 0`,
});

/** No decision on what was never submitted. What the broker acknowledged and then lost was submitted all the same. */
export const noPhantomDecision: Invariant = {
  name: 'no-phantom-decision',
  promise: 'Nothing is decided that nobody submitted.',
  needs: ['operations', 'appends', 'decisions'],
  counterexamples: `
    SELECT key, [op] AS ops, decided_at AS "at", 1::DOUBLE AS harm,
      'decided ' || answer || ', and no such operation is in the input log' AS detail
    FROM phantoms WHERE op NOT IN (SELECT op FROM ops WHERE lost_acks > 0)`,
};

/** At most one distinct answer, `revoked` aside. The same answer twice is allowed: delivery is at least once. */
export const oneAnswer = (name: string, { harm }: Pick<Words, 'harm'>): Invariant => ({
  name,
  promise: 'Nobody gets two different answers.',
  needs: ['operations', 'appends', 'decisions'],
  counterexamples: `
    SELECT key::VARCHAR AS key, [op] AS ops, decided_at AS "at", ${harm}::DOUBLE AS harm,
      kind || ' was answered ' || list_aggregate(list_sort(answers), 'string_agg', ' and ') || '; the first was ' || answer AS detail
    FROM ops JOIN (
      SELECT op, list(DISTINCT answer) AS answers FROM decisions
      WHERE op IN (SELECT op FROM ops WHERE ambiguous) AND answer <> ${sqlText(takenBack)} GROUP BY op
    ) USING (op) WHERE ambiguous AND submitted`,
});

/**
 * What a visitor was told over HTTP is what was decided. *pending* tells nothing. Who was told to come again was told the truth
 * where another press of theirs was let in. What was told and not decided counts once the pipeline came past it.
 */
export const answersAgree = ({ harm }: Pick<Words, 'harm'>): Invariant => ({
  name: 'answers-agree',
  promise: 'What a shopper is told is what was decided.',
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
      'the shopper was told ' || told.answer || ' of the ' || kind || CASE
        WHEN NOT submitted THEN ', and it never reached the input log'
        WHEN o.answer IS NULL THEN ', and nothing was decided'
        ELSE ', and ' || o.answer || ' was decided' END AS detail
    FROM told JOIN ops o USING (op)
    WHERE NOT EXISTS (FROM decisions d WHERE d.op = told.op AND d.answer = told.answer)
      AND (NOT submitted OR o.answer IS NOT NULL OR settled)
    UNION ALL
    SELECT key::VARCHAR, [op], answered_at, ${harm}::DOUBLE,
      'the shopper was told to come again, and the ' || kind || ' was ' || o.answer
    FROM turned_away JOIN ops o USING (op) WHERE submitted AND o.answer <> ${sqlText(shed)}`,
});

/** A decision has a word and a mode that were agreed for what was asked, names its operation, and is under that one's key. */
export const answerFits = ({ harm }: Pick<Words, 'harm'>): Invariant => ({
  name: 'answer-fits',
  promise: 'Every answer is one of the words agreed for what was asked, and is about the key of its operation.',
  needs: ['operations', 'appends', 'decisions'],
  counterexamples: `
    SELECT unfit.key, CASE WHEN op IS NULL THEN []::BIGINT[] ELSE [op] END AS ops, "at", coalesce(${harm}, n)::DOUBLE AS harm,
      coalesce(kind || ' ', '') || fault AS detail
    FROM unfit LEFT JOIN ops USING (op)`,
});
