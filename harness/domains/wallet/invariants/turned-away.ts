/**
 * SQL with one column `op`: denials that the history does not show to be right. Right are
 * - refusing a mule's payment;
 * - a decline while the money was missing at some moment (see `judged_declines`);
 * - declining a refund that was not due: no payment between the two had succeeded when the refund came, it was smaller, or
 * another refund covered it;
 * - rejecting an operation on an account that did not exist at the start, or on the same account twice; rejecting a registration
 * of an existing one. Everything else counts, even a decline that nobody can check (most accounts at banks): a scenario bounds
 * how many there are.
 */
export const turnedAway = `
  SELECT op FROM ops
  WHERE submitted AND answer NOT IN ('success', 'registered')
    AND NOT (kind = 'payment' AND answer IN ('blocked', 'declined', 'rejected') AND key IN (SELECT key FROM people WHERE is_mule))
    AND NOT (answer = 'declined' AND op IN (SELECT op FROM judged_declines WHERE least < amount_paise))
    AND NOT (answer = 'declined' AND kind = 'refund' AND op IN (
      SELECT r.op FROM subjects r LEFT JOIN ops p ON p.op = r.subject_op
      WHERE r.kind = 'refund' AND r.answer = 'declined' AND NOT coalesce(
        p.submitted AND p.kind = 'payment' AND p.answer = 'success' AND p.decided_at < r.appended_at
        AND p.key = r.other_key AND p.other_key = r.key AND p.amount_paise >= r.amount_paise
        AND r.subject_op NOT IN (
          SELECT subject_op FROM subjects WHERE kind = 'refund' AND subject_op IS NOT NULL AND coalesce(answer = 'success', true)), false)))
    AND NOT (answer = 'rejected' AND CASE WHEN kind = 'registration'
      THEN key IN (SELECT key FROM keys WHERE opening IS NOT NULL) OR key IN (SELECT key FROM totals WHERE kind = 'registration' GROUP BY key HAVING sum(n) > 1)
      ELSE key NOT IN (SELECT key FROM keys WHERE opening IS NOT NULL) OR key = other_key
        OR kind <> 'add_money' AND other_key NOT IN (SELECT key FROM keys WHERE opening IS NOT NULL) END)`;
