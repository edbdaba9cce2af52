import type { Invariant } from '../../domain.ts';

/**
 * At the end: confirmed − revoked − given back ≤ opening + restocks, and no stock below zero. An order that some group has not
 * consumed may still be revoked and does not count; undecided returns are assumed to have come back.
 */
export const soldBeyondStock = `
  SELECT key, opening, available, price_paise, confirmed - revoked - unsettled - back_maybe AS sold,
    opening + applied + restock_undecided AS supply,
    greatest(sold - supply, 0) AS excess
  FROM stock`;

export const noOversell: Invariant = {
  name: 'no-oversell',
  promise: 'At the end no more units are sold than were available, and no stock is below zero.',
  needs: ['operations', 'appends', 'decisions', 'balances'],
  unknown: `SELECT 'the history has no opening stock' AS reason WHERE NOT EXISTS (FROM keys WHERE opening IS NOT NULL)`,
  counterexamples: `
    WITH oversold AS (
      SELECT * FROM (${soldBeyondStock})
      WHERE (excess > 0 AND EXISTS (FROM keys WHERE opening IS NOT NULL)) OR available < 0
    ), orders AS (
      -- The orders that came last are the ones that were sold what was not there.
      SELECT key, max(op, 10) AS ops, max(decided_at) AS "at" FROM ops
      WHERE kind = 'order' AND answer = 'confirmed' AND revoked_at IS NULL AND submitted
        AND key IN (SELECT key FROM oversold) GROUP BY key
    )
    SELECT key::VARCHAR AS key, coalesce(ops, []) AS ops, "at", greatest(excess, -coalesce(available, 0))::DOUBLE AS harm,
      sold || ' units sold, ' || supply || ' available'
        || CASE WHEN available < 0 THEN '; the closing stock is ' || available ELSE '' END AS detail
    FROM oversold LEFT JOIN orders USING (key)`,
};
