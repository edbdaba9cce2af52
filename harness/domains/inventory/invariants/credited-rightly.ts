import type { Invariant } from '../../domain.ts';
import { acceptances } from './staging.ts';

/**
 * A return is credited, or a cancellation accepted, only for an order that was or may have been confirmed; an undecided one may
 * be. A cancellation of an order that is not in the log, or answered later, only leaves a tombstone, whatever the order is told:
 * nothing is taken back. Nobody returns what was never ordered.
 */
const wrongAcceptances = `
  SELECT key::VARCHAR AS key, [op] AS ops, decided_at AS "at", coalesce(quantity, 1)::DOUBLE AS harm,
    kind || ' of ' || coalesce(quantity::VARCHAR, '?') || ' units was ' || answer || ', but '
      || CASE WHEN subject_answer IS NULL THEN 'no such order was ever submitted'
         ELSE 'order ' || subject_op || ' was answered ' || subject_answer END AS detail
  FROM (
    SELECT o.*, s.kind AS subject_kind, s.answer AS subject_answer, s.revoked_at AS subject_revoked_at,
      o.kind = 'cancellation' AND o.decided_at <= s.decided_at + broker_slack AS came_first, coalesce(s.submitted, false) AS in_log, coalesce(s.lost_acks, 0) > 0 AS is_lost
    FROM (FROM ops WHERE submitted AND kind IN ('cancellation', 'return') AND answer IN ${acceptances}) o
      LEFT JOIN ops s ON s.op = o.subject_op, clocks
  )
  WHERE subject_revoked_at IS NULL AND CASE
    WHEN in_log AND subject_kind = 'order'
      THEN coalesce(subject_answer <> 'confirmed' AND NOT came_first AND NOT (kind = 'cancellation' AND subject_answer = 'cancelled_first'), false)
    ELSE kind = 'return' AND NOT is_lost AND subject_answer IS DISTINCT FROM 'confirmed' END`;

/** Once per order: one return must not be credited besides another, or besides a cancellation. */
const creditedTwice = `
  SELECT any_value(subject_key)::VARCHAR, list(op ORDER BY op), max(decided_at), coalesce(any_value(subject_quantity), 1)::DOUBLE,
    'order ' || subject_op || ' was given back ' || count(*) || ' times: ' || string_agg(kind || ' ' || op || ' ' || answer, ', ' ORDER BY op)
  FROM subjects WHERE kind IN ('cancellation', 'return') AND answer IN ${acceptances}
  GROUP BY subject_op HAVING count(*) > 1 AND count(*) FILTER (answer = 'credited') > 0`;

export const creditedRightly: Invariant = {
  name: 'credited-rightly',
  promise: 'Only confirmed orders are given back, each at most once.',
  needs: ['operations', 'appends', 'decisions'],
  counterexamples: `${wrongAcceptances} UNION ALL ${creditedTwice}`,
};
