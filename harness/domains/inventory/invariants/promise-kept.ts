import type { Invariant } from '../../domain.ts';

/** The pipeline never goes back on a confirmed order. */
export const promiseKept: Invariant = {
  name: 'promise-kept',
  promise: 'A confirmed order is never revoked.',
  needs: ['operations', 'appends', 'decisions'],
  counterexamples: `
    SELECT key::VARCHAR AS key, [op] AS ops, revoked_at AS "at",
      (coalesce(quantity, 1) * CASE WHEN favoured THEN 2 ELSE 1 END)::DOUBLE AS harm,
      coalesce(quantity::VARCHAR, '?') || ' units of a ' || CASE WHEN favoured THEN 'premium' ELSE 'regular' END
        || ' shopper revoked' || coalesce(' ' || ((revoked_at - decided_at) / 1000)::BIGINT || ' ms after they were confirmed', '')
        AS detail
    FROM ops WHERE submitted AND revoked_at IS NOT NULL`,
};
