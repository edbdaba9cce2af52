import type { Invariant } from '../../domain.ts';

/** Money moved by mules, or by payments that were answered blocked. */
export const letThrough = `
  SELECT op, key, amount_paise, answer, decided_at, key IN (SELECT key FROM people WHERE is_mule) AS by_mule FROM ops
  WHERE submitted AND kind = 'payment' AND effects > 0 AND (answer = 'blocked' OR key IN (SELECT key FROM people WHERE is_mule))`;

/** Payers that are neither in the catalogue nor registered during the drill: possibly mules. */
const strangers = `
  SELECT DISTINCT key FROM totals WHERE kind = 'payment' AND answer = 'success'
    AND key NOT IN (SELECT key FROM people) AND key NOT IN (SELECT key FROM totals WHERE kind = 'registration')`;

/** Every payment by a mule scores as fraud (catalogue category \`mule\`), so the history alone knows what had to be blocked. */
export const blockedStaysBlocked: Invariant = {
  name: 'blocked-stays-blocked',
  promise: "A mule's payment moves nothing, nor does one answered blocked.",
  needs: ['operations', 'appends', 'decisions', 'effects'],
  unknown: `
    SELECT CASE WHEN NOT EXISTS (FROM people) THEN 'no catalogue: the mules are unknown'
      ELSE n || ' payers are not in the catalogue: they may be mules' END AS reason
    FROM (SELECT count(*) AS n FROM (${strangers})) WHERE n > 0 OR NOT EXISTS (FROM people)`,
  counterexamples: `
    SELECT key::VARCHAR AS key, [op] AS ops, decided_at AS "at", amount_paise::DOUBLE AS harm,
      'payment of ' || rupees(amount_paise) || CASE WHEN by_mule THEN ' by a mule' ELSE '' END || ', answered '
        || coalesce(answer::VARCHAR, 'nothing') || ', moved money' AS detail
    FROM (${letThrough})`,
};
