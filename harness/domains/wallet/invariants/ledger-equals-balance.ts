import type { Invariant } from '../../domain.ts';
import { isCustomer, isOfCustomer } from './staging.ts';

/** Per account and store: opening balance plus changes equals the closing balance. */
export const ledgerEqualsBalance: Invariant = {
  name: 'ledger-equals-balance',
  promise: 'Every balance equals the sum of its ledger.',
  needs: ['effects', 'balances'],
  unknown: `
    SELECT 'the history lacks opening or closing balances' AS reason
    WHERE NOT EXISTS (FROM keys WHERE available IS NOT NULL) OR NOT EXISTS (FROM keys WHERE opening IS NOT NULL)`,
  counterexamples: `
    WITH held AS (
      -- What was committed after the end was read may be in the balance or not.
      SELECT store, key, sum(available) FILTER (moment = 'before')::BIGINT AS opening,
        sum(available) FILTER (moment = 'after')::BIGINT AS closing
      FROM balances, drill WHERE store IS DISTINCT FROM read_model AND ${isCustomer} GROUP BY store, key
    ), moved AS (
      SELECT store, key, sum(delta)::BIGINT AS delta FROM effects WHERE delta <> 0 AND ${isOfCustomer} GROUP BY store, key
    ), books AS (
      SELECT key, opening, closing, coalesce(delta, 0) AS delta, coalesce(opening, 0) + coalesce(delta, 0) AS expected
      FROM held FULL JOIN moved USING (store, key)
    )
    SELECT key, []::BIGINT[] AS ops, NULL::BIGINT AS "at", greatest(abs(expected - coalesce(closing, 0)), 1)::DOUBLE AS harm,
      rupees(coalesce(opening, 0)) || ' at the start plus ' || rupees(delta) || ' in the ledger is ' || rupees(expected)
        || coalesce(', but the balance is ' || rupees(closing), ', but the account is gone') AS detail
    FROM books WHERE key NOT IN (SELECT key FROM late_effects WHERE key IS NOT NULL) AND closing IS DISTINCT FROM expected AND NOT (opening IS NULL AND closing IS NULL AND expected = 0)
      AND EXISTS (FROM keys WHERE available IS NOT NULL) AND EXISTS (FROM keys WHERE opening IS NOT NULL)`,
};
