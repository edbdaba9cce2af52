import { overpromised } from './no-overpromise.ts';

/**
 * What several invariants and figures of the inventory need, made once from the judge's tables. Units come back to the stock once
 * per order, however many cancellations and returns name it.
 */

/** The answers to a cancellation and a return that bring the order's units back. */
export const acceptances = `('cancelled', 'credited')`;

/**
 * `given_back`: one row per confirmed order that some cancellation or return names. accepted, undecided, pending (undecided and
 * not consumed): how many of them; appended_at of the first accepted or undecided one (null if all were refused); decided_at of
 * the last accepted one; settled: whether every group consumed every accepted one.
 */
const givenBack = `
  CREATE TABLE given_back AS
  SELECT subject_op AS op, any_value(subject_key) AS key, any_value(subject_quantity) AS units,
    any_value(subject_revoked_at) IS NOT NULL AS revoked, any_value(subject_settled) AS order_settled,
    min(appended_at) FILTER (answer IS NULL OR answer IN ${acceptances}) AS appended_at,
    count(*) FILTER (answer IN ${acceptances}) AS accepted,
    count(*) FILTER (answer IS NULL) AS undecided,
    count(*) FILTER (answer IS NULL AND NOT consumed) AS pending,
    max(decided_at) FILTER (answer IN ${acceptances}) AS decided_at,
    coalesce(bool_and(settled) FILTER (answer IN ${acceptances}), true) AS settled
  FROM subjects
  WHERE kind IN ('cancellation', 'return') AND subject_submitted AND subject_kind = 'order' AND subject_answer = 'confirmed'
  GROUP BY subject_op`;

const countedUnits = [
  'confirmed',
  'revoked',
  'revoked_unsettled',
  'unsettled',
  'order_pending',
  'applied',
  'applied_unsettled',
  'restock_undecided',
  'restock_pending',
  'back',
  'back_unsettled',
  'back_maybe',
  'back_undecided',
  'back_pending',
] as const;

/**
 * `stock`: units by key. opening, available (null if the key has no closing row); confirmed (all), revoked (of these), unsettled
 * (confirmed, not revoked, not consumed by every group: may yet be revoked, and the stock may yet be taken), order_pending
 * (undecided and not consumed); applied restocks, restock_undecided, restock_pending; back (given back, of confirmed orders not
 * revoked), back_maybe (the same or undecided, of settled orders), back_undecided, back_pending; *_unsettled: those not consumed
 * by every group.
 */
const stock = `
  CREATE TABLE stock AS
  WITH moved AS (
    SELECT key,
      sum(units) FILTER (kind = 'order' AND answer = 'confirmed') AS confirmed,
      sum(units) FILTER (kind = 'order' AND answer = 'confirmed' AND revoked) AS revoked,
      sum(units) FILTER (kind = 'order' AND answer = 'confirmed' AND revoked AND NOT settled) AS revoked_unsettled,
      sum(units) FILTER (kind = 'order' AND answer = 'confirmed' AND NOT revoked AND NOT settled) AS unsettled,
      sum(units) FILTER (kind = 'order' AND answer IS NULL AND NOT consumed) AS order_pending,
      sum(units) FILTER (kind = 'restock' AND answer = 'applied') AS applied,
      sum(units) FILTER (kind = 'restock' AND answer = 'applied' AND NOT settled) AS applied_unsettled,
      sum(units) FILTER (kind = 'restock' AND answer IS NULL) AS restock_undecided,
      sum(units) FILTER (kind = 'restock' AND answer IS NULL AND NOT consumed) AS restock_pending
    FROM totals GROUP BY key
  ), returned AS (
    SELECT key,
      sum(units) FILTER (accepted > 0) AS back,
      sum(units) FILTER (accepted > 0 AND NOT settled) AS back_unsettled,
      sum(units) FILTER (accepted + undecided > 0 AND order_settled) AS back_maybe,
      sum(units) FILTER (accepted = 0 AND undecided > 0) AS back_undecided,
      sum(units) FILTER (accepted = 0 AND pending > 0) AS back_pending
    FROM given_back WHERE NOT revoked GROUP BY key
  )
  SELECT key, coalesce(opening, 0)::BIGINT AS opening, available, price_paise,
    ${countedUnits.map((name) => `coalesce(${name}, 0)::BIGINT AS ${name}`).join(', ')}
  FROM keys FULL JOIN moved USING (key) LEFT JOIN returned USING (key)
  -- What only the catalogue names, which the store does not list and nobody asked for, has no books.
  WHERE (opening IS NOT NULL OR available IS NOT NULL OR moved.key IS NOT NULL)
    -- Nor is it known what somebody else's orders add up to.
    AND key::VARCHAR NOT IN (FROM foreign_keys)`;

/**
 * `refused_wrongly`: sold_out orders of q units with q ≤ what was certainly available: op, key, quantity, appended_at,
 * decided_at, available (at the end), certain. Certainly available is the final stock, minus what may have come only after the
 * order (credits not decided before its append by the declared staleness, everything undecided, everything revoked, confirmed
 * units that may not have been taken yet), plus the units confirmed for orders appended after it was refused.
 */
const refusedWrongly = `
  CREATE TABLE refused_wrongly AS
  WITH settled_stock AS (
    SELECT key, available, available - revoked - unsettled - restock_undecided - back_undecided AS base
    FROM stock WHERE available IS NOT NULL
  ), refused_keys AS (
    -- Where the brokers' clocks are seen to differ, it may have been refused so much later, and a credit been decided so.
    SELECT key, min(decided_at + broker_slack) AS first_at, min(quantity) AS least
    FROM ops, clocks WHERE kind = 'order' AND answer = 'sold_out' AND submitted GROUP BY key
  ), later AS (
    SELECT key, appended_at, sum(quantity) AS units
    FROM ops JOIN refused_keys USING (key)
    WHERE kind = 'order' AND answer = 'confirmed' AND submitted AND appended_at > first_at
    GROUP BY key, appended_at
  ), later_total AS (
    SELECT key, sum(units) AS units FROM later GROUP BY key
  ), suspects AS (
    SELECT key, available, base, coalesce(units, 0) AS later_units
    FROM refused_keys JOIN settled_stock USING (key) LEFT JOIN later_total USING (key)
    WHERE base + coalesce(units, 0) >= least
  ), credits AS (
    SELECT key, certain_after, sum(units) AS units FROM (
      SELECT key, decided_at + staleness + broker_slack AS certain_after, quantity AS units FROM ops, drill, clocks
      WHERE kind = 'restock' AND answer = 'applied' AND submitted
      UNION ALL
      SELECT key, decided_at + staleness + broker_slack, units FROM given_back, drill, clocks WHERE accepted > 0 AND NOT revoked
    ) WHERE key IN (SELECT key FROM suspects) GROUP BY key, certain_after
  ), credits_total AS (
    SELECT key, sum(units) AS units FROM credits GROUP BY key
  ), credits_upto AS (
    SELECT key, certain_after, sum(units) OVER (PARTITION BY key ORDER BY certain_after) AS units FROM credits
  ), later_upto AS (
    SELECT key, appended_at, sum(units) OVER (PARTITION BY key ORDER BY appended_at) AS units
    FROM later WHERE key IN (SELECT key FROM suspects)
  ), refused AS (
    SELECT op, key, quantity, appended_at, decided_at, decided_at + broker_slack AS refused_by FROM ops, clocks
    WHERE kind = 'order' AND answer = 'sold_out' AND submitted AND key IN (SELECT key FROM suspects)
  ), known AS (
    SELECT r.*, coalesce(c.units, 0) AS certain_credits
    FROM refused r ASOF LEFT JOIN credits_upto c ON r.key = c.key AND r.appended_at > c.certain_after
  ), judged AS (
    SELECT k.*, coalesce(l.units, 0) AS confirmed_before
    FROM known k ASOF LEFT JOIN later_upto l ON k.key = l.key AND k.refused_by >= l.appended_at
  )
  SELECT op, key, quantity, j.appended_at, j.decided_at, available,
    (base - (coalesce(t.units, 0) - certain_credits) + (later_units - confirmed_before))::BIGINT AS certain
  FROM judged j JOIN suspects USING (key) LEFT JOIN credits_total t USING (key)
  WHERE quantity <= certain`;

/** `other_legs`: operations with an effect on a leg that the shop does not have. */
const otherLegs = `
  CREATE TABLE other_legs AS
  SELECT DISTINCT op FROM effects WHERE leg <> 'stock' AND delta IS DISTINCT FROM 0 AND op IS NOT NULL`;

export const staging: readonly string[] = [givenBack, stock, refusedWrongly, overpromised, otherLegs];

/** Orders that were answered wrongly: refused while available, confirmed beyond the stock, or taken back. */
export const wrong = `
  SELECT op FROM refused_wrongly UNION SELECT op FROM overpromised
  UNION SELECT op FROM ops WHERE submitted AND revoked_at IS NOT NULL`;
