import type { Invariant } from '../../domain.ts';

/** Fewer than one in this many honest payments may be blocked as fraud (source 4667). */
const oneOf = 1_000;

/** Blocked payments whose payer is no mule. */
export const falseBlocks = `
  SELECT op, key, amount_paise, decided_at FROM ops
  WHERE submitted AND kind = 'payment' AND answer = 'blocked' AND key IN (SELECT key FROM people WHERE NOT is_mule)`;

/** A wallet that blocks everybody lets no fraud through, and is broken all the same. */
export const noFalseBlock: Invariant = {
  name: 'no-false-block',
  promise: 'Fewer than one in a thousand honest payments is blocked as fraud.',
  needs: ['operations', 'appends', 'decisions'],
  unknown: `
    SELECT CASE WHEN NOT EXISTS (FROM people) THEN 'no catalogue: the mules are unknown'
      ELSE n || ' payments were blocked whose payers are not in the catalogue' END AS reason
    FROM (SELECT count(*) AS n FROM ops WHERE submitted AND kind = 'payment' AND answer = 'blocked' AND key NOT IN (SELECT key FROM people))
    WHERE n > 0 OR NOT EXISTS (FROM people)`,
  counterexamples: `
    SELECT key::VARCHAR AS key, [op] AS ops, decided_at AS "at", amount_paise::DOUBLE AS harm,
      'payment of ' || rupees(amount_paise) || ' was blocked, but ' || key || ' is not a mule: one of ' || blocked || ' such among '
        || honest || ' honest payments' AS detail
    FROM (${falseBlocks}), (SELECT count(*) AS blocked FROM (${falseBlocks})),
      (SELECT coalesce(sum(n), 0)::BIGINT AS honest FROM totals
       WHERE kind = 'payment' AND answer IS NOT NULL AND key IN (SELECT key FROM people WHERE NOT is_mule))
    WHERE blocked * ${oneOf} >= honest`,
};
