import type { Invariant } from '../../domain.ts';

/**
 * How long a change of a balance may take to show, and how far two clocks may differ. A decline is compared with the minimum
 * balance from so long before to so long after it; longer if the timestamps do not show that the clocks are that close.
 */
const slackMicros = 1_000_000;

/**
 * Refunds that were due if the merchant could pay: the first and only one of a payment that had succeeded by then, with its
 * amount and parties.
 */
const due = `
  SELECT r.op FROM subjects r JOIN ops p ON p.op = r.subject_op, clocks
  WHERE r.kind = 'refund' AND p.kind = 'payment' AND r.subject_answer = 'success' AND r.subject_decided_at + broker_slack < r.appended_at
    AND p.key = r.other_key AND p.other_key = r.key AND p.amount_paise = r.amount_paise
    AND r.subject_op NOT IN (SELECT subject_op FROM subjects WHERE kind = 'refund' GROUP BY subject_op HAVING count(*) > 1)`;

/**
 * `purses`: accounts whose lack of money was the reason for a decline (a payer, a merchant, an account at a bank), with store,
 * opening balance, and whether it can be judged: its changes are in one store and its own books, with amounts, versions and
 * times, one time per version. `judged_declines`: op, kind, key, purse, amount_paise, decided_at, least (paise): the minimum
 * balance from its arrival to its answer, plus a second of slack and the clocks' difference on both sides; possibly: the minimum
 * if the clocks are right. Changes of one transaction share a time, and their versions say which was last. Considers only payers
 * that the catalogue lists as no mule, with known opening balances on both sides, and only refunds that were due.
 */
export const judgedDeclines = `
  CREATE TABLE declines AS
  SELECT op, kind, key, CASE WHEN kind = 'add_money' THEN other_key ELSE key END::VARCHAR AS purse, amount_paise, appended_at, decided_at
  FROM ops
  WHERE submitted AND answer = 'declined' AND key IN (SELECT key FROM people WHERE NOT is_mule)
    AND key IN (SELECT key FROM keys WHERE opening IS NOT NULL)
    AND other_key IN (SELECT key FROM keys WHERE opening IS NOT NULL) AND (kind <> 'refund' OR op IN (${due}));
  CREATE TABLE purses AS
  SELECT key, any_value(store) AS store, any_value(available) AS opening, count(*) = 1 AS is_clear FROM balances
  WHERE moment = 'before' AND key IN (SELECT purse FROM declines) GROUP BY key;
  CREATE TEMP TABLE purse_moves AS
  SELECT key, is_clear AND effects.store = purses.store AND delta IS NOT NULL AND version IS NOT NULL AND committed_at IS NOT NULL
      AND starts_with(key, 'b') = (leg IN ('bank-debit', 'bank-reversal')) AS is_clear, version, delta, committed_at, opening
  FROM effects JOIN purses USING (key) WHERE delta IS DISTINCT FROM 0;
  UPDATE purses SET is_clear = false WHERE key IN (SELECT key FROM purse_moves WHERE NOT coalesce(is_clear, false)
    UNION ALL SELECT key FROM purse_moves GROUP BY key, version HAVING min(committed_at) < max(committed_at));
  CREATE TABLE judged_declines AS
  WITH states AS (
    SELECT key, version, min(committed_at) AS "at", sum(delta) AS delta,
      (any_value(opening) + sum(sum(delta)) OVER (PARTITION BY key ORDER BY version))::BIGINT AS after
    FROM purse_moves WHERE key IN (SELECT key FROM purses WHERE is_clear) GROUP BY key, version
  ), marks AS (
    SELECT key, "at", version, after, least(after, after - delta) AS low, 0::BIGINT AS width, 0::BIGINT AS before, 0::BIGINT AS later, NULL AS op
    FROM states
    UNION ALL
    SELECT purse, decided_at, NULL, NULL, NULL, greatest(decided_at - appended_at, 0) + ${slackMicros} AS width,
      width + broker_slack + store_behind, ${slackMicros} + broker_slack + store_ahead, op FROM declines, clocks
  )
  SELECT op, d.kind, d.key, purse, amount_paise, decided_at, coalesce(lowest, latest, opening) AS least,
    coalesce(near_lowest, latest, opening) AS possibly
  FROM (
    SELECT op, min(low) OVER (PARTITION BY key ORDER BY "at" RANGE BETWEEN before PRECEDING AND later FOLLOWING) AS lowest,
      min(low) OVER (PARTITION BY key ORDER BY "at" RANGE BETWEEN width PRECEDING AND ${slackMicros} FOLLOWING) AS near_lowest,
      last_value(after IGNORE NULLS) OVER (PARTITION BY key ORDER BY "at", version NULLS LAST ROWS UNBOUNDED PRECEDING) AS latest
    FROM marks
  ) JOIN declines d USING (op) JOIN purses ON purses.key = purse AND is_clear;
  DROP TABLE purse_moves`;

/** Declines although the payer had the money all the time; and those that only look so if the clocks are right. */
export const falseDeclines = 'SELECT * FROM judged_declines WHERE least >= amount_paise';
const doubted = 'SELECT * FROM judged_declines WHERE least < amount_paise AND possibly >= amount_paise';

/** A wallet that declines everybody loses no money, and is broken all the same. */
export const noFalseDecline: Invariant = {
  name: 'no-false-decline',
  promise: 'Nobody with sufficient funds is declined.',
  needs: ['operations', 'appends', 'decisions', 'effects', 'balances'],
  unknown: `
    SELECT CASE
      WHEN NOT EXISTS (FROM people) THEN 'no catalogue: the mules are unknown'
      WHEN NOT EXISTS (FROM keys WHERE opening IS NOT NULL) THEN 'the history has no opening balances'
      WHEN unclear > 0 THEN unclear || ' of ' || declined || ' declines could not be judged: the payer''s changes lack an amount, version or time, span several stores, or share a version at several times'
      WHEN doubts > 0 THEN 'the clocks of stores and brokers may differ by ' || round(greatest(store_behind, store_ahead, broker_slack) / 1000, 1)
        || ' ms by their timestamps, which alone could make ' || doubts || ' declines look false'
    END AS reason
    FROM (SELECT count(*) AS declined, count(*) FILTER (purse IN (SELECT key FROM purses WHERE NOT is_clear)) AS unclear FROM declines),
      (SELECT count(*) AS doubts FROM (${doubted})), clocks
    WHERE reason IS NOT NULL AND EXISTS (FROM ops WHERE submitted AND answer = 'declined')`,
  counterexamples: `
    SELECT key::VARCHAR AS key, [op] AS ops, decided_at AS "at", amount_paise::DOUBLE AS harm,
      kind || ' of ' || rupees(amount_paise) || ' was declined, but ' || purse || ' had at least ' || rupees(least) || ' throughout' AS detail
    FROM (${falseDeclines})`,
};
