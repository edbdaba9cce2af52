import type { Invariant } from '../../domain.ts';
import { isCustomer } from './staging.ts';

/** Replaying each account's changes in version order from the opening balance never goes below zero; see `overdrawn`. */
export const noNegativeBalance: Invariant = {
  name: 'no-negative-balance',
  promise: 'No account is ever below zero.',
  needs: ['effects', 'balances'],
  unknown: `
    SELECT CASE
      WHEN NOT EXISTS (FROM keys WHERE opening IS NOT NULL) THEN 'the history has no opening balances'
      WHEN EXISTS (FROM unordered) THEN 'changes without a version on ' || (SELECT count(*) FROM unordered) || ' accounts that may have been below zero'
      WHEN EXISTS (FROM tied) THEN 'changes that share a version at several times on ' || (SELECT count(*) FROM tied) || ' accounts that may have been below zero'
    END AS reason WHERE reason IS NOT NULL`,
  counterexamples: `
    SELECT key, list_slice(coalesce(list(op ORDER BY "at", op) FILTER (op IS NOT NULL), []), 1, 10) AS ops, min("at") AS "at", max(-paise)::DOUBLE AS harm,
      'down to ' || rupees(min(paise)) || CASE WHEN count(op) > 0 THEN ', below zero after ' || count(*) || ' of its changes'
        ELSE ', in any order of its changes' END AS detail
    FROM overdrawn GROUP BY key
    UNION ALL
    SELECT key::VARCHAR, [], NULL, (-available)::DOUBLE, 'the balance is ' || rupees(available)
    FROM keys WHERE ${isCustomer} AND available < 0 AND key::VARCHAR NOT IN (SELECT key FROM overdrawn)`,
};
