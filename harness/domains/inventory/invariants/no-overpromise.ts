import { brokersApart } from '../../clocks.ts';
import type { Invariant } from '../../domain.ts';

/**
 * `overpromised`: confirmed orders whose decision promised more than was available: key, op, at, promised, opening, credited,
 * excess (units by then). Empty if the history has no opening stock. Debits count late (when decided), credits early (when
 * appended), ties favour the pipeline; of simultaneous promises the first orders are the covered ones. Credits are restocks, and
 * cancellations and returns of orders ever confirmed, once per order, if they were accepted or are still undecided; a revocation
 * takes no promise back. If the brokers' clocks are seen to differ, a promise counts later by as much as they may differ.
 */
export const overpromised = `
  CREATE TABLE overpromised AS
  WITH suspects AS (
    -- Credits only help: a key whose confirmed units never exceed its opening stock is safe without looking closer.
    SELECT key, opening FROM stock WHERE confirmed > opening AND EXISTS (FROM keys WHERE opening IS NOT NULL)
  ), moves AS (
    SELECT key, op, decided_at + broker_slack AS "at", quantity AS debit, 0 AS credit FROM ops, clocks
    WHERE kind = 'order' AND answer = 'confirmed' AND submitted AND key IN (SELECT key FROM suspects)
    UNION ALL
    SELECT key, NULL, appended_at, 0, quantity FROM ops
    WHERE kind = 'restock' AND submitted AND (answer = 'applied' OR answer IS NULL) AND key IN (SELECT key FROM suspects)
    UNION ALL
    SELECT key, NULL, appended_at, 0, units FROM given_back WHERE appended_at IS NOT NULL AND key IN (SELECT key FROM suspects)
  ), seconds AS (
    SELECT key, second, promised - debit AS promised_before, credited - credit AS credited_before
    FROM (
      SELECT key, second, debit, credit, sum(debit) OVER upto AS promised, sum(credit) OVER upto AS credited
      FROM (SELECT key, "at" // 1000000 AS second, sum(debit) AS debit, sum(credit) AS credit FROM moves GROUP BY ALL)
      WINDOW upto AS (PARTITION BY key ORDER BY second)
    ) JOIN suspects USING (key)
    -- Safe without looking closer: all promises of the second covered by what was credited before it began.
    WHERE promised > opening + credited - credit
  ), running AS (
    -- The default frame takes in everything of the same moment: all its credits, and its promises one by one.
    SELECT key, op, "at", promised_before + sum(debit) OVER (PARTITION BY key, second ORDER BY "at", op) AS promised,
      credited_before + sum(credit) OVER (PARTITION BY key, second ORDER BY "at") AS credited
    FROM (SELECT *, "at" // 1000000 AS second FROM moves) JOIN seconds USING (key, second)
  )
  SELECT key, op, "at" - broker_slack AS "at", promised, opening, credited, promised - opening - credited AS excess
  FROM running JOIN suspects USING (key), clocks WHERE promised > opening + credited AND op IS NOT NULL`;

/** At every moment the units of orders confirmed by then are covered by the opening stock and the credits appended by then. */
export const noOverpromise: Invariant = {
  name: 'no-overpromise',
  promise: 'At no moment are more units confirmed than are available.',
  needs: ['operations', 'appends', 'decisions', 'balances'],
  unknown: `
    SELECT 'the history has no opening stock' AS reason WHERE NOT EXISTS (FROM keys WHERE opening IS NOT NULL)
    UNION ALL ${brokersApart}`,
  counterexamples: `
    SELECT key::VARCHAR AS key, min(op, 10) AS ops, min("at") AS "at", max(excess)::DOUBLE AS harm,
      'up to ' || max(excess)::BIGINT || ' units confirmed beyond the stock: at worst '
        || arg_max(promised, (excess, -"at", promised))::BIGINT || ' confirmed, ' || any_value(opening) || ' in stock plus '
        || arg_max(credited, (excess, -"at", promised))::BIGINT || ' credited; ' || count(*) || ' confirmations too many' AS detail
    FROM overpromised GROUP BY key`,
};
