import type { Invariant } from '../../domain.ts';

/** After the drain and one declared refresh, the shelf that shoppers read equals the stock. */
export const shelfTruth: Invariant = {
  name: 'shelf-truth',
  promise: 'After the drain, the shelf shows the stock.',
  needs: ['balances'],
  needsReadModel: true,
  unknown: `
    SELECT CASE
      WHEN read_model IS NULL THEN 'the target declares no read model'
      WHEN drained_at IS NULL THEN 'not drained: the shelf may still lag'
      WHEN NOT EXISTS (FROM balances WHERE store = read_model AND moment = 'after') THEN 'the shelf was not read'
      WHEN NOT EXISTS (FROM keys WHERE available IS NOT NULL) THEN 'the history has no closing stock'
    END AS reason
    FROM drill WHERE reason IS NOT NULL`,
  counterexamples: `
    SELECT key::VARCHAR AS key, []::BIGINT[] AS ops, drained_at AS "at",
      abs(coalesce(shown, 0) - available)::DOUBLE AS harm,
      'the shelf ' || coalesce('shows ' || shown, 'has no such key') || ', but ' || available || ' are in stock' AS detail
    FROM keys, drill
    WHERE available IS NOT NULL AND shown IS DISTINCT FROM available AND drained_at IS NOT NULL
      AND EXISTS (FROM balances WHERE store = read_model AND moment = 'after')`,
};
