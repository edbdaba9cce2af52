import type { SlicedTables } from '../../domain.ts';
import { faulty } from './one-effect-per-payment.ts';

/** `rupees(paise)`: `₹1,23,456.70`, grouped as Indians write it. */
const rupees = `
  CREATE MACRO rupees_of(whole) AS CASE
    WHEN whole >= 10000000 THEN whole // 10000000 || ',' || lpad((whole // 100000 % 100)::VARCHAR, 2, '0') || ','
      || lpad((whole // 1000 % 100)::VARCHAR, 2, '0') || ',' || lpad((whole % 1000)::VARCHAR, 3, '0')
    WHEN whole >= 100000 THEN whole // 100000 || ',' || lpad((whole // 1000 % 100)::VARCHAR, 2, '0') || ','
      || lpad((whole % 1000)::VARCHAR, 3, '0')
    WHEN whole >= 1000 THEN whole // 1000 || ',' || lpad((whole % 1000)::VARCHAR, 3, '0')
    ELSE whole::VARCHAR END;
  CREATE MACRO rupees(paise) AS CASE WHEN paise < 0 THEN '−₹' ELSE '₹' END || rupees_of(abs(paise)::BIGINT // 100)
    || CASE WHEN abs(paise)::BIGINT % 100 > 0 THEN '.' || lpad((abs(paise)::BIGINT % 100)::VARCHAR, 2, '0') ELSE '' END`;

/** Count and sum of the rows of one leg that moved something, and the account of one of them. */
const leg = (name: string, rows: string, paise: string, account: string): string => `
  count(*) FILTER (leg = '${name}' AND delta <> 0)::INTEGER AS ${rows}, coalesce(sum(delta) FILTER (leg = '${name}'), 0)::BIGINT AS ${paise},
  any_value(TRY_CAST(key AS key_name)) FILTER (leg = '${name}' AND delta <> 0) AS ${account}`;

/** Exactly what a success must move, on the right accounts; nothing where the answer is another one. */
const asItMust = `
  CASE WHEN answer = 'success' AND kind IN ('payment', 'refund') THEN effects = 2
      AND debits = 1 AND debited = -amount_paise AND debit_key IS NOT DISTINCT FROM key
      AND credits = 1 AND credited = amount_paise AND credit_key IS NOT DISTINCT FROM other_key
    WHEN answer = 'success' AND kind = 'add_money' THEN effects = 2
      AND bank_debits = 1 AND bank_debited = -amount_paise AND bank_key IS NOT DISTINCT FROM other_key
      AND credits = 1 AND credited = amount_paise AND credit_key IS NOT DISTINCT FROM key
    ELSE effects = 0 END`;

/**
 * `money`: submitted operations that moved anything but exactly what their answer says, hardly any where all is well. Of `ops`:
 * op, kind, key, other_key, amount_paise, answer, decided_at, settled, effects, moved (0 where its legs balance);
 * and of its effects: debits, credits, bank_debits, reversals (rows); debited, credited, bank_debited, reversed (paise, signed).
 * `unreviewed`: op, key, amount_paise, decided_at, repeats, of payments that succeeded in degraded mode and have no review.
 */
export const sliced: SlicedTables = {
  tables: `
    CREATE TABLE money (op BIGINT, kind kind_name, key key_name, other_key key_name, amount_paise BIGINT, answer answer_name,
      decided_at BIGINT, settled BOOLEAN, effects INTEGER, moved BIGINT, debits INTEGER, debited BIGINT, credits INTEGER, credited BIGINT,
      bank_debits INTEGER, bank_debited BIGINT, reversals INTEGER, reversed BIGINT, debit_key key_name, credit_key key_name);
    CREATE TABLE unreviewed (op BIGINT, key key_name, amount_paise BIGINT, decided_at BIGINT, repeats INTEGER)`,
  fill: (slice) => `
    CREATE OR REPLACE TEMP TABLE slice_legs AS
    SELECT op, ${leg('debit', 'debits', 'debited', 'debit_key')}, ${leg('credit', 'credits', 'credited', 'credit_key')},
      ${leg('bank-debit', 'bank_debits', 'bank_debited', 'bank_key')}, ${leg('bank-reversal', 'reversals', 'reversed', 'reversal_key')},
      coalesce(bool_or(leg = 'review'), false) AS reviewed
    FROM effects WHERE ${slice} GROUP BY op;
    INSERT INTO money
    SELECT op, kind, key, other_key, amount_paise, answer, decided_at, settled, effects, moved, coalesce(debits, 0), coalesce(debited, 0),
      coalesce(credits, 0), coalesce(credited, 0), coalesce(bank_debits, 0), coalesce(bank_debited, 0), coalesce(reversals, 0),
      coalesce(reversed, 0), debit_key, credit_key
    FROM ops LEFT JOIN slice_legs USING (op) WHERE submitted AND ${slice} AND NOT coalesce(${asItMust}, false);
    INSERT INTO unreviewed
    SELECT op, key, amount_paise, decided_at, repeats FROM ops LEFT JOIN slice_legs USING (op)
    WHERE submitted AND ${slice} AND kind = 'payment' AND degraded AND answer = 'success' AND NOT coalesce(reviewed, false);
    DROP TABLE slice_legs`,
};

/**
 * `imbalances`: op, kind, key, other_key, amount_paise, answer, paise, decided_at, excused, of operations whose legs do not add up
 * to nothing. What may still be under way is excused: before the drain whatever left and has not arrived, and what some group
 * is yet to see; after it money that the bank took while nobody knows (no answer at all), which a reconciliation may yet find.
 */
const imbalances = `
  CREATE TABLE imbalances AS
  SELECT op, kind, key, other_key, amount_paise, answer, moved AS paise, decided_at,
    CASE WHEN drained_at IS NULL THEN moved < 0 OR NOT settled
      ELSE moved < 0 AND answer IS NULL AND kind = 'add_money' END AS excused
  FROM money, drill WHERE moved <> 0`;

/** `mules`: key, by the catalogue. */
const mules = `CREATE TABLE mules AS SELECT DISTINCT key::key_name AS key FROM catalogue WHERE category = 'mule'`;

/** A customer's account, a user's wallet or a merchant's: neither a bank's nor one of the system's. */
export const isCustomer = `regexp_full_match(key::VARCHAR, '[um][0-9]+')`;

/**
 * `overdrawn`: store, key, op, at, paise, of changes after which an account was below zero, its balance replayed from the opening
 * by version; changes of one version count together. `unordered`: accounts that may have been below zero and whose changes
 * carry no version. Only accounts that ever gave more than they opened with are looked at one change at a time.
 */
const overdrawn = `
  CREATE TABLE debtors AS
  SELECT store, key, coalesce(opening, 0) AS opening, bool_or(version IS NULL) AS is_unordered
  FROM effects LEFT JOIN (
    SELECT store, key, sum(available)::BIGINT AS opening FROM balances WHERE moment = 'before' GROUP BY store, key
  ) USING (store, key)
  WHERE delta <> 0 AND ${isCustomer} GROUP BY store, key, opening
  HAVING coalesce(opening, 0) + coalesce(sum(delta) FILTER (delta < 0), 0) < 0;
  CREATE TABLE unordered AS SELECT key FROM debtors WHERE is_unordered;
  CREATE TABLE overdrawn AS
  SELECT store, key, op, committed_at AS "at", paise FROM (
    SELECT store, key, op, committed_at, opening + sum(delta) OVER (PARTITION BY store, key ORDER BY version) AS paise
    FROM effects JOIN debtors USING (store, key) WHERE delta <> 0 AND NOT is_unordered
  ) WHERE paise < 0`;

export const staging: readonly string[] = [rupees, imbalances, faulty, mules, overdrawn];
