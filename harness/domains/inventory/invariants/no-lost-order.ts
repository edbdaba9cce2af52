import type { Invariant } from '../../domain.ts';

/**
 * Whatever was submitted and consumed has a decision. Not consumed at the deadline is undecided, not lost. What the broker
 * acknowledged and does not have is the stack's loss, and convicts too.
 */
export const noLostOrder: Invariant = {
  name: 'no-lost-order',
  promise: 'Everything that was submitted and consumed is answered.',
  needs: ['operations', 'appends', 'decisions'],
  counterexamples: `
    SELECT key::VARCHAR AS key, [op] AS ops, appended_at AS "at", coalesce(quantity, 1)::DOUBLE AS harm,
      kind || ' of ' || coalesce(quantity::VARCHAR, '?') || ' units was consumed and never answered'
        || CASE WHEN effects > 0 THEN ', though the stock was moved for it' ELSE '' END AS detail
    FROM ops WHERE submitted AND consumed AND answer IS NULL AND revoked_at IS NULL
    UNION ALL
    SELECT key::VARCHAR, [op], sent_at, coalesce(quantity, 1)::DOUBLE,
      kind || ' was acknowledged by the broker and is not in its log: the stack lost it, not the pipeline'
    FROM ops WHERE lost_acks > 0`,
};
