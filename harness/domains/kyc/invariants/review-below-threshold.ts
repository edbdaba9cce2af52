import type { Invariant } from '../../domain.ts';

/** Below this confidence a person must look (source 718-720). */
const reviewBelow = 0.8;

/**
 * Judged by the confidence that the pipeline itself states with its decision, at the front of the reason (`confidence 0.734`); a
 * decision that states none is not judged. Whether the confidence is deserved is another promise's matter (approved-is-right).
 */
export const reviewBelowThreshold: Invariant = {
  name: 'review-below-threshold',
  promise: `Nobody is approved by the machine with a confidence below ${reviewBelow}.`,
  needs: ['operations', 'appends', 'decisions'],
  counterexamples: `
    SELECT key::VARCHAR AS key, [op] AS ops, "at", ${reviewBelow} - confidence AS harm,
      'approved with a confidence of ' || confidence || ', below ${reviewBelow}' AS detail
    FROM (
      SELECT op, min(decided_at) AS "at", min(try_cast(regexp_extract(reason, '^confidence ([0-9.]+)', 1) AS DOUBLE)) AS confidence
      FROM decisions WHERE answer = 'approved' GROUP BY op
    ) JOIN ops USING (op)
    WHERE submitted AND confidence < ${reviewBelow}`,
};
