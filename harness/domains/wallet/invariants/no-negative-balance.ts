import type { Invariant } from '../../domain.ts';
import { isCustomer } from './staging.ts';

/** Replaying each account's changes in the order of their versions from the opening balance never goes below zero; see `overdrawn`. */
export const noNegativeBalance: Invariant = {
  name: 'no-negative-balance',
  promise: 'Nobody spends what is not there: no account is ever below zero.',
  needs: ['effects', 'balances'],
  unknown: `
    SELECT CASE
      WHEN NOT EXISTS (FROM keys WHERE opening IS NOT NULL) THEN 'no opening balances in the history'
      WHEN EXISTS (FROM unordered)
        THEN 'the changes of ' || (SELECT count(*) FROM unordered) || ' accounts that may have been below zero carry no version'
    END AS reason WHERE reason IS NOT NULL`,
  counterexamples: `
    SELECT key, list_slice(list(op ORDER BY "at", op), 1, 10) AS ops, min("at") AS "at", max(-paise)::DOUBLE AS harm,
      'down to ' || rupees(min(paise)) || ', and below zero after ' || count(*) || ' of its changes' AS detail
    FROM overdrawn WHERE EXISTS (FROM keys WHERE opening IS NOT NULL) GROUP BY key
    UNION ALL
    SELECT key::VARCHAR, [], NULL, (-available)::DOUBLE, 'the balance says ' || rupees(available)
    FROM keys WHERE ${isCustomer} AND available < 0 
      AND (key::VARCHAR NOT IN (SELECT key FROM overdrawn) OR NOT EXISTS (FROM keys WHERE opening IS NOT NULL))`,
};
