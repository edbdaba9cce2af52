import type { Invariant } from '../../domain.ts';

/**
 * At most one effect for (op, leg); exactly one if the decision moves stock, none if it does not. A revoked order may have
 * taken its units and given them back. Of several accepted cancellations and returns of one order only one can move stock, and
 * which is not said. An effect of what nobody submitted is none that may be. What some group has not consumed at the deadline may have its effect yet to come.
 */
export const effectsOnce: Invariant = {
  name: 'effects-once',
  promise: 'Every answer moves the stock exactly as often as it must: once, or not at all.',
  needs: ['operations', 'appends', 'decisions', 'effects'],
  counterexamples: `
    WITH legs AS (
      -- Told apart only where there are several effects: few have them, and text is dear.
      SELECT op, count(*) - count(DISTINCT coalesce(leg, '')) AS surplus FROM effects
      WHERE delta IS DISTINCT FROM 0 AND op IN (SELECT op FROM ops WHERE submitted AND effects > 1) GROUP BY op
    ), givings AS (
      SELECT op, subject_answer = 'confirmed' AND subject_submitted AS of_confirmed,
        subject_submitted AND subject_answer IS NULL AS of_undecided,
        count(*) FILTER (answer IN ('cancelled', 'credited')) OVER (PARTITION BY subject_op) AS accepted_of_order
      FROM subjects WHERE kind IN ('cancellation', 'return')
    ), judged AS (
      SELECT o.*, coalesce(surplus, 0) AS surplus,
        CASE kind
          WHEN 'order' THEN answer = 'confirmed' AND revoked_at IS NULL
          WHEN 'restock' THEN answer = 'applied'
          ELSE answer IN ('cancelled', 'credited') AND coalesce(of_confirmed, false) AND accepted_of_order = 1
        END AS must_move,
        CASE kind
          WHEN 'order' THEN answer = 'confirmed' OR revoked_at IS NOT NULL
          WHEN 'restock' THEN answer = 'applied'
          ELSE answer IN ('cancelled', 'credited') AND coalesce(of_confirmed OR of_undecided, false)
        END AS may_move
      FROM ops o LEFT JOIN givings USING (op) LEFT JOIN legs USING (op)
      WHERE submitted
        AND (effects > 1 OR (effects = 0 AND answer IN ('confirmed', 'applied', 'cancelled', 'credited'))
          OR (effects > 0 AND NOT ((kind = 'order' AND answer = 'confirmed') OR (kind = 'restock' AND answer = 'applied'))))
    ), wrong AS (
      SELECT *, CASE
          WHEN surplus > 0 AND NOT (revoked_at IS NOT NULL AND effects = 2 AND moved = 0) THEN effects || ' effects instead of one'
          WHEN answer IS NULL AND revoked_at IS NULL THEN NULL
          WHEN must_move AND settled AND effects = 0 THEN 'no effect at all'
          WHEN NOT may_move AND effects > 0 THEN 'an effect, and the answer moves nothing'
        END AS fault
      FROM judged
    )
    SELECT key::VARCHAR AS key, [op] AS ops, decided_at AS "at",
      (coalesce(quantity, 1) * greatest(surplus, 1))::DOUBLE AS harm,
      kind || ' of ' || coalesce(quantity::VARCHAR, '?') || ' units, answered ' || coalesce(answer::VARCHAR, 'nothing') || ': ' || fault AS detail
    FROM wrong WHERE fault IS NOT NULL
    UNION ALL
    SELECT key, CASE WHEN op IS NULL THEN [] ELSE [op] END, NULL, "rows"::DOUBLE,
      "rows" || CASE WHEN op IS NULL THEN ' effects name no operation' ELSE ' effects of an operation that nobody submitted' END
    FROM stray_effects WHERE op IS NULL OR op NOT IN (SELECT op FROM ops WHERE lost_acks > 0)`,
};
