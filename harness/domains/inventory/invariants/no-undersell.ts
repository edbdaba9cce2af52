import { brokersApart } from '../../clocks.ts';
import type { Invariant } from '../../domain.ts';

/** Nobody is told "sold out" while enough units were certainly available; see `refused_wrongly` in staging.ts. */
export const noUndersell: Invariant = {
  name: 'no-undersell',
  promise: 'Nobody is told "sold out" while the units are available.',
  needs: ['operations', 'appends', 'decisions', 'balances'],
  unknown: `
    SELECT 'the history has no closing stock' AS reason WHERE NOT EXISTS (FROM keys WHERE available IS NOT NULL)
    UNION ALL ${brokersApart}`,
  counterexamples: `
    SELECT key::VARCHAR AS key, [op] AS ops, decided_at AS "at", quantity::DOUBLE AS harm,
      quantity || ' units refused as sold out while at least ' || certain || ' were available; ' || available
        || ' were left at the end' AS detail
    FROM refused_wrongly`,
};
