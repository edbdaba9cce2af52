import { brokersApart } from '../../clocks.ts';
import type { Invariant } from '../../domain.ts';

/** Nobody is told "sold out" while enough units were certainly there; see `refused_wrongly` in staging.ts. */
export const noUndersell: Invariant = {
  name: 'no-undersell',
  promise: 'Nobody is told "sold out" for units that were there.',
  needs: ['operations', 'appends', 'decisions', 'balances'],
  unknown: `
    SELECT 'no closing stock in the history' AS reason WHERE NOT EXISTS (FROM keys WHERE available IS NOT NULL)
    UNION ALL ${brokersApart}`,
  counterexamples: `
    SELECT key::VARCHAR AS key, [op] AS ops, decided_at AS "at", quantity::DOUBLE AS harm,
      quantity || ' units refused as sold out while ' || certain || ' were certainly there; ' || available
        || ' were left at the end' AS detail
    FROM refused_wrongly`,
};
