import type { Invariant } from '../../domain.ts';
import { acceptances } from './staging.ts';

/**
 * At most one effect per operation; exactly one if the decision moves stock, none if it does not. The effect is on the
 * operation's product and units: out for an order, in for a restock; a cancellation or return brings back its order's. A revoked
 * order may have taken its units and given them back. Of several accepted cancellations and returns of one order only one can
 * move stock, either one, and none need if the order was revoked. Effects of operations that nobody submitted, or without an
 * operation, are never allowed. Operations that some group had not consumed by the deadline may have their effects yet to come.
 */
const judged = `
  -- Whatever may be wrong by the figures of \`ops\`: hardly any, and rows of effects are looked at for these alone.
  suspects AS (
    SELECT op, kind, key, quantity, subject_op, answer, decided_at, revoked_at, settled, effects FROM ops
    WHERE submitted AND (effects > 1 OR (effects > 0 AND elsewhere) OR op IN (SELECT op FROM other_legs)
      OR (effects = 0 AND answer IN ('confirmed', 'applied', 'cancelled', 'credited'))
      OR (effects = 1 AND CASE kind
        WHEN 'order' THEN answer IS DISTINCT FROM 'confirmed' OR moved IS DISTINCT FROM -quantity
        WHEN 'restock' THEN answer IS DISTINCT FROM 'applied' OR moved IS DISTINCT FROM quantity
        ELSE true END))
  ), givings AS (
    SELECT op, subject_answer = 'confirmed' AND subject_submitted AS of_confirmed, subject_revoked_at IS NOT NULL AS of_revoked,
      subject_submitted AND subject_answer IS NULL AS of_undecided, subject_key, subject_quantity,
      count(*) FILTER (answer IN ${acceptances}) OVER (PARTITION BY subject_op) AS accepted_of_order,
      count(*) FILTER (effects > 0) OVER (PARTITION BY subject_op) AS moving_of_order
    FROM subjects WHERE kind IN ('cancellation', 'return')
  ), expected AS (
    SELECT s.*, moving_of_order,
      CASE kind
        WHEN 'order' THEN answer = 'confirmed' AND revoked_at IS NULL
        WHEN 'restock' THEN answer = 'applied'
        ELSE answer IN ${acceptances} AND coalesce(of_confirmed AND NOT of_revoked, false) AND accepted_of_order = 1
      END AS must_move,
      CASE kind
        WHEN 'order' THEN answer = 'confirmed' OR revoked_at IS NOT NULL
        WHEN 'restock' THEN answer = 'applied'
        ELSE answer IN ${acceptances} AND coalesce(of_confirmed OR of_undecided, false)
      END AS may_move,
      coalesce(subject_key, key)::VARCHAR AS whose,
      CASE kind WHEN 'order' THEN -quantity WHEN 'restock' THEN quantity ELSE coalesce(subject_quantity, quantity) END AS units
    FROM suspects s LEFT JOIN givings USING (op)
  ), booked AS (
    SELECT op, count(*) FILTER (f.key IS DISTINCT FROM whose) AS elsewhere,
      min(coalesce(f.key, 'no product')) FILTER (f.key IS DISTINCT FROM whose) AS where_to,
      count(*) FILTER (leg <> 'stock') AS other_legs, min(leg) FILTER (leg <> 'stock') AS other_leg,
      count(*) FILTER (f.delta IS NOT DISTINCT FROM units) AS takings,
      count(*) FILTER (revoked_at IS NOT NULL AND f.delta IS NOT DISTINCT FROM -units) AS givings,
      count(*) AS "rows", sum(abs(f.delta)) AS gross, min(f.delta) AS moved_by
    FROM effects f JOIN expected USING (op) WHERE f.delta IS DISTINCT FROM 0 AND units IS NOT NULL
    GROUP BY op
  )`;

/** The first problem with an operation's effects; null if there is none. */
const fault = `
  CASE
    WHEN "rows" > 1 AND NOT (revoked_at IS NOT NULL AND "rows" = 2 AND takings = 1 AND givings = 1) THEN "rows" || ' effects instead of one'
    WHEN elsewhere > 0 THEN 'an effect on ' || where_to || ' instead of ' || whose
    WHEN other_legs > 0 THEN 'an effect on the leg ' || other_leg || ', but only stock may move'
    WHEN "rows" = 1 AND takings = 0 THEN 'an effect of ' || coalesce(moved_by::VARCHAR, 'no number of') || ' units instead of ' || units
    WHEN "rows" > 0 AND moving_of_order > 1 THEN 'an effect, though ' || (moving_of_order - 1) || ' others gave the same order back'
    WHEN answer IS NULL THEN NULL
    WHEN must_move AND settled AND effects = 0 THEN 'no effect at all'
    WHEN NOT may_move AND effects > 0 THEN 'an effect, but the answer moves nothing'
  END`;

export const effectsOnce: Invariant = {
  name: 'effects-once',
  promise: 'Every answer moves its own product by its own units exactly once, or not at all where nothing must move.',
  needs: ['operations', 'appends', 'decisions', 'effects'],
  counterexamples: `
    WITH ${judged}, wrong AS (
      SELECT *, ${fault} AS fault FROM expected LEFT JOIN booked USING (op)
    )
    SELECT key::VARCHAR AS key, [op] AS ops, decided_at AS "at",
      greatest(coalesce(gross, 0) - coalesce(quantity, 1), coalesce(quantity, 1))::DOUBLE AS harm,
      kind || ' of ' || coalesce(quantity::VARCHAR, '?') || ' units, answered ' || coalesce(answer::VARCHAR, 'nothing') || ': ' || fault AS detail
    FROM wrong WHERE fault IS NOT NULL
    UNION ALL
    SELECT key, CASE WHEN op IS NULL THEN [] ELSE [op] END, NULL, "rows"::DOUBLE,
      "rows" || CASE WHEN op IS NULL THEN ' effects name no operation' ELSE ' effects of an operation never submitted' END
    FROM stray_effects WHERE op IS NULL OR op NOT IN (SELECT op FROM ops WHERE lost_acks > 0)`,
};
