import type { Invariant } from '../../domain.ts';
import { sqlList } from '../../sql.ts';
import { legs, pricePaise } from '../legs.ts';

const prices = Object.entries(pricePaise).map(([leg, paise]) => `WHEN '${leg}' THEN ${paise}`);

/**
 * A row of the books names a submitted application (lost by the stack counts as submitted), has its applicant's key and an
 * existing leg, moves nothing and has that leg's price. A row without a key or an amount breaks nothing. No approval is free: if
 * the books have no call for one, they are incomplete.
 */
export const effectFits: Invariant = {
  name: 'effect-fits',
  promise: 'Every row of the books belongs to a submitted application and its applicant, with a known leg and price.',
  needs: ['operations', 'appends', 'decisions', 'effects'],
  counterexamples: `
    WITH booked AS (
      SELECT effects.*, ops.key::VARCHAR AS applicant, submitted OR lost_acks > 0 OR op IN (FROM foreign_ops) AS known, CASE leg ${prices.join(' ')} END AS price
      FROM effects LEFT JOIN ops USING (op)
    ), judged AS (
      SELECT *, CASE
        WHEN op IS NULL THEN 'names no application'
        WHEN known IS NOT true THEN 'is of an application never submitted'
        WHEN key <> applicant THEN 'is ' || key || '''s, but the application is ' || applicant || '''s'
        WHEN price IS NULL THEN 'has an unknown leg (known: ${Object.keys(pricePaise).join(', ')})'
        WHEN delta <> 0 THEN 'moves ' || delta || ', but nothing may move'
        WHEN amount_paise <> price THEN 'costs ' || amount_paise || ' paise instead of ' || price
      END AS fault FROM booked
    )
    SELECT coalesce(applicant, key) AS key, list_filter([op], lambda one : one IS NOT NULL) AS ops, committed_at AS "at", 1::DOUBLE AS harm,
      'a row ' || coalesce(leg, 'without a leg') || ' ' || fault AS detail
    FROM judged WHERE fault IS NOT NULL`,
  unknown: `
    SELECT n || ' were approved without a row for their calls in the books' AS reason FROM (
      SELECT count(*) AS n FROM ops ANTI JOIN (SELECT op FROM effects WHERE leg IN ${sqlList(legs.calls)}) USING (op)
      WHERE submitted AND answer::VARCHAR = 'approved'
    ) WHERE n > 0`,
};
