import { brokersApart } from '../../clocks.ts';
import type { Invariant } from '../../domain.ts';

/**
 * A cancellation or return is refused wrongly if its order was told `confirmed` before it was even appended, has the same product
 * and units, was never revoked, and no other cancellation or return of it was or may have been accepted. An order is
 * `cancelled_first` wrongly if no cancellation of it (not refused) had been appended when that was told.
 */
const refusals = `
  SELECT key, op, decided_at, quantity,
    kind || ' of ' || coalesce(quantity::VARCHAR, '?') || ' units was refused, but order ' || subject_op || ' had been confirmed '
      || ((appended_at - subject_decided_at) / 1000)::BIGINT || ' ms before it arrived and not given back' AS detail
  FROM subjects s, clocks
  WHERE answer = 'refused' AND kind IN ('cancellation', 'return') AND subject_kind = 'order' AND subject_submitted
    AND subject_answer = 'confirmed' AND subject_revoked_at IS NULL AND subject_decided_at + broker_slack < appended_at
    AND key = subject_key AND quantity = subject_quantity
    AND NOT EXISTS (FROM given_back g WHERE g.op = s.subject_op AND g.accepted + g.undecided > 0)`;

const cancelledFirst = `
  SELECT key, op, decided_at, quantity, 'order of ' || coalesce(quantity::VARCHAR, '?') || ' units was answered cancelled_first, '
    || CASE WHEN op IN (SELECT subject_op FROM ops WHERE kind = 'cancellation' AND subject_op IS NOT NULL) THEN 'but no valid cancellation had arrived by then'
       ELSE 'but nobody cancelled it' END AS detail
  FROM ops o
  WHERE submitted AND kind = 'order' AND answer = 'cancelled_first' AND op NOT IN (
    -- What the broker acknowledged and lost may have been read before.
    SELECT c.subject_op FROM ops c JOIN ops t ON t.op = c.subject_op, clocks
    WHERE c.kind = 'cancellation' AND (c.submitted OR c.lost_acks > 0) AND c.answer IS DISTINCT FROM 'refused'
      AND coalesce(c.appended_at <= t.decided_at + broker_slack, true))`;

export const refusedRightly: Invariant = {
  name: 'refused-rightly',
  promise: 'No valid cancellation or return is refused, and no order is answered with a cancellation that nobody made.',
  needs: ['operations', 'appends', 'decisions'],
  unknown: brokersApart,
  counterexamples: `
    SELECT key::VARCHAR AS key, [op] AS ops, decided_at AS "at", coalesce(quantity, 1)::DOUBLE AS harm, detail
    FROM (${refusals} UNION ALL ${cancelledFirst})`,
};
