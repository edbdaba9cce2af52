import type { Invariant } from '../../domain.ts';

/**
 * A payment that succeeded in any mode but the full one was reviewed afterwards. If it was answered again, one answer in full
 * mode is enough.
 */
const missing = `
  SELECT op, key, amount_paise, decided_at FROM unreviewed
  WHERE repeats = 0 OR op NOT IN (
    SELECT op FROM decisions WHERE answer = 'success' AND mode = 'full' AND op IN (SELECT op FROM unreviewed WHERE repeats > 0))`;

export const reviewComplete: Invariant = {
  name: 'review-complete',
  promise: 'Every payment let through in crisis mode is reviewed later.',
  needs: ['operations', 'appends', 'decisions', 'effects'],
  unknown: `
    SELECT 'not drained: ' || count(*) || ' reviews may still come' AS reason FROM (${missing}), drill
    WHERE drained_at IS NULL HAVING count(*) > 0`,
  counterexamples: `
    SELECT key::VARCHAR AS key, [op] AS ops, decided_at AS "at", amount_paise::DOUBLE AS harm,
      'payment of ' || rupees(amount_paise) || ' was let through in degraded mode but never reviewed' AS detail
    FROM (${missing}), drill WHERE drained_at IS NOT NULL`,
};
