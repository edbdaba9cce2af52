/**
 * SQL with one column `op`: what was denied and not shown right by the history. Right is
 * - whatever tells a mule that it does not pay;
 * - a decline where the money was not there at some moment (see `judged_declines`);
 * - a refund declined that was not due: of no payment between the two that had succeeded when the refund came, of less, or refunded by another;
 * - a rejection of what names an account that was not there in the beginning, or twice the same one; of a registration, where there was one.
 * All else counts, even a decline of which nobody can tell (most accounts at banks): a scenario bounds how many there are.
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
