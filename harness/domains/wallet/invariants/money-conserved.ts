import type { Invariant } from '../../domain.ts';
import { isCustomer } from './staging.ts';

/** Audits repeated during the drill, each in one snapshot: one was not zero. */
const audits = `
  SELECT subject AS key, []::BIGINT[] AS ops, min("at") AS "at", max(abs(value))::DOUBLE AS harm,
    'the audit ' || subject || ' was off by up to ' || rupees(arg_max(value, (abs(value), value))) || ', in ' || count(*) || ' of '
      || any_value(looks) || ' checks' AS detail
  FROM samples JOIN (SELECT subject, count(*) AS looks FROM samples WHERE probe = 'audit' GROUP BY subject) USING (subject)
  WHERE probe = 'audit' AND value <> 0 GROUP BY subject`;

/** After the drain nothing may be left between shards. */
const transit = `
  SELECT key::VARCHAR, []::BIGINT[], drained_at, abs(available)::DOUBLE,
    rupees(available) || ' left in transit between shards after the drain'
  FROM keys, drill WHERE key = 'transit' AND available <> 0 AND drained_at IS NOT NULL`;

/** What an operation takes from one account it gives to another. */
const operations = `
  SELECT key::VARCHAR, [op], decided_at, abs(paise)::DOUBLE,
    kind || ' of ' || rupees(amount_paise) || ', answered ' || coalesce(answer::VARCHAR, 'nothing') || ': '
      || CASE WHEN paise < 0 THEN rupees(-paise) || ' left ' || CASE WHEN kind = 'add_money' THEN 'the bank' ELSE key::VARCHAR END
           || ' and never arrived'
         ELSE rupees(paise) || ' arrived from nowhere' END
  FROM imbalances WHERE NOT excused`;

/**
 * Customers hold what they held, plus what the bank gave, plus what single operations were seen to create or lose, which are
 * reported one by one. Any other difference was created or lost by nobody.
 */
const growth = `
  SELECT 'all customers', []::BIGINT[], drained_at, abs(grown - given - seen)::DOUBLE,
    'customers hold ' || rupees(abs(grown - given - seen)) || CASE WHEN grown < given + seen THEN ' less' ELSE ' more' END
      || ' than their opening balances, the bank''s transfers and all movements add up to'
  FROM
    (SELECT coalesce(sum(available - coalesce(opening, 0)), 0)::BIGINT AS grown FROM keys WHERE ${isCustomer} AND available IS NOT NULL),
    (SELECT coalesce(-sum(delta), 0)::BIGINT AS given FROM effects WHERE leg IN ('bank-debit', 'bank-reversal')),
    (SELECT coalesce(sum(paise), 0)::BIGINT AS seen FROM (
       SELECT paise FROM imbalances UNION ALL SELECT delta FROM effects WHERE op IS NULL OR op IN (SELECT op FROM stray_effects))),
    drill
  WHERE grown <> given + seen AND drained_at IS NOT NULL AND NOT EXISTS (FROM late_effects)
    AND EXISTS (FROM keys WHERE available IS NOT NULL) AND EXISTS (FROM keys WHERE opening IS NOT NULL)`;

/** No money is lost or created: at every moment by the target's audits, at the end by its books, and by each operation. */
export const moneyConserved: Invariant = {
  name: 'money-conserved',
  promise: 'No paisa is lost and none is created.',
  needs: ['operations', 'appends', 'decisions', 'effects', 'balances'],
  unknown: `
    SELECT CASE
      WHEN NOT EXISTS (FROM keys WHERE opening IS NOT NULL) THEN 'the history has no opening balances'
      WHEN NOT EXISTS (FROM keys WHERE available IS NOT NULL) THEN 'the history has no closing balances'
      ELSE gap
    END AS reason
    FROM (SELECT min(reason) AS gap FROM audit_gaps) WHERE reason IS NOT NULL`,
  counterexamples: `${audits} UNION ALL ${transit} UNION ALL ${operations} UNION ALL ${growth}`,
};
