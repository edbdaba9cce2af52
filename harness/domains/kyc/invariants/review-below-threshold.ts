import type { Invariant } from '../../domain.ts';

/** Below this confidence a person must look (source 718-720). */
const reviewBelow = 0.8;

/** The stated confidence of each approved application; null if there is no number from 0 to 1 in its place. */
const approved = `
  SELECT op, min(decisions.decided_at) AS "at", min(stated) FILTER (stated <= 1) AS confidence
  FROM (
    SELECT *, try_cast(regexp_extract(reason, '^confidence ([0-9]+(?:\\.[0-9]+)?(?:e-[0-9]+)?)(?:[^0-9A-Za-z.%]|$)', 1) AS DOUBLE) AS stated
    FROM decisions WHERE answer = 'approved'
  ) decisions JOIN ops USING (op) WHERE submitted GROUP BY op`;

/**
 * Judged by the confidence that the pipeline itself states with its decision, at the start of the reason (`confidence 0.734`). An
 * approval without one neither breaks nor keeps the promise: the question stays open. Whether the confidence is deserved is up to
 * approved-is-right.
 */
export const reviewBelowThreshold: Invariant = {
  name: 'review-below-threshold',
  promise: `Nobody is approved by the machine with a confidence below ${reviewBelow}.`,
  needs: ['operations', 'appends', 'decisions'],
  counterexamples: `
    SELECT key::VARCHAR AS key, [op] AS ops, "at", ${reviewBelow} - confidence AS harm,
      'approved with a confidence of ' || confidence || ', below ${reviewBelow}' AS detail
    FROM (${approved}) JOIN ops USING (op)
    WHERE confidence < ${reviewBelow}`,
  unknown: `
    SELECT n || ' of ' || "all" || ' approvals state no confidence from 0 to 1' AS reason
    FROM (SELECT count(*) AS "all", count(*) FILTER (confidence IS NULL) AS n FROM (${approved})) WHERE n > 0`,
};
