import type { Invariant } from '../../domain.ts';

/**
 * Per key, from submitted operations and decisions alone: opening + restocks + given back + revoked − confirmed is what is left.
 * Operations that some group had not consumed by the deadline may or may not be booked: they widen the range.
 */
export const booksBalance: Invariant = {
  name: 'books-balance',
  promise: 'The remaining stock equals what the answers to shoppers and warehouses add up to.',
  needs: ['operations', 'appends', 'decisions', 'balances'],
  unknown: `
    SELECT 'the history lacks opening or closing stock' AS reason
    WHERE NOT EXISTS (FROM keys WHERE available IS NOT NULL) OR NOT EXISTS (FROM keys WHERE opening IS NOT NULL)`,
  counterexamples: `
    WITH books AS (
      SELECT *, opening + applied + back + revoked - confirmed AS expected,
        order_pending + applied_unsettled + back_unsettled + revoked_unsettled AS down,
        unsettled + restock_pending + back_pending + revoked_unsettled AS up
      FROM stock
    )
    SELECT key::VARCHAR AS key, []::BIGINT[] AS ops, NULL::BIGINT AS "at",
      coalesce(greatest(expected - down - available, available - expected - up), abs(expected))::DOUBLE AS harm,
      opening || ' in stock + ' || applied || ' restocked + ' || back || ' given back + ' || revoked || ' revoked − '
        || confirmed || ' confirmed = ' || expected
        || CASE WHEN down + up > 0 THEN ' (' || (expected - down) || ' to ' || (expected + up) || ' counting what was not consumed)' ELSE '' END
        || coalesce(', but ' || available || ' are left', ', but the key has no closing stock') AS detail
    FROM books
    WHERE (available IS NULL OR available < expected - down OR available > expected + up)
      AND EXISTS (FROM keys WHERE available IS NOT NULL) AND EXISTS (FROM keys WHERE opening IS NOT NULL)`,
};
