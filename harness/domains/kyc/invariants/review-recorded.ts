import type { Invariant } from '../../domain.ts';
import { legs } from '../legs.ts';

/**
 * Every applicant who was told *review* is in the review queue once, and nobody else is; a reviewer looks only at queued
 * applications, and once. If some group has yet to read the application, its row may be yet to come, like any effect. A row
 * before the answer is fine: the queue is written before the answer goes out.
 */
export const reviewRecorded: Invariant = {
  name: 'review-recorded',
  promise: 'Every application sent to manual review is queued exactly once, and no other is.',
  needs: ['operations', 'appends', 'decisions', 'effects'],
  counterexamples: `
    WITH looks AS (
      SELECT op, min(key) AS key, count(*) FILTER (leg = '${legs.review}') AS queued,
        count(*) FILTER (leg = '${legs.reviewed}') AS reviewed
      FROM effects WHERE leg IN ('${legs.review}', '${legs.reviewed}') GROUP BY op, CASE WHEN op IS NULL THEN key END
    ), judged AS (
      SELECT coalesce(ops.key::VARCHAR, looks.key) AS key, op, decided_at, CASE
          WHEN answer = 'review' AND coalesce(queued, 0) = 0 AND settled THEN 'sent to review but never queued'
          WHEN queued > 1 THEN 'in the review queue ' || queued || ' times'
          WHEN reviewed > 1 THEN 'reviewed ' || reviewed || ' times'
          WHEN reviewed > 0 AND queued = 0 THEN 'reviewed but never queued'
          WHEN queued > 0 AND answer IS NOT NULL AND answer <> 'review' THEN 'answered ' || answer || ' but in the review queue'
          WHEN queued > 0 AND NOT coalesce(submitted, false) AND coalesce(lost_acks, 0) = 0 AND coalesce(op NOT IN (FROM foreign_ops), true) THEN 'in the review queue but never submitted'
        END AS fault
      FROM ops FULL JOIN looks USING (op) WHERE submitted OR queued + reviewed > 0
    )
    SELECT key, list_filter([op], lambda one : one IS NOT NULL) AS ops, decided_at AS "at", 1::DOUBLE AS harm, fault AS detail FROM judged WHERE fault IS NOT NULL`,
};
