import type { SlicedTables } from '../../domain.ts';
import { judgedDeclines } from './no-false-decline.ts';
import { faulty, wrongRefunds } from './one-effect-per-payment.ts';

/** `rupees(paise)`: `₹1,23,456.70`, with Indian grouping. */
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

/**
 * One number per effect, so that the XOR over an operation's effects tells which legs moved how much on which accounts, in any
 * order. Hashed twice: DuckDB combines the hashes of several values by XOR, and without the second hash the accounts of two
 * effects could be swapped.
 */
const fingerprint = (leg: string, account: string, paise: string): string =>
  `hash(hash(${leg}, ${account}::VARCHAR, (${paise})::BIGINT))`;

/** Exactly what a success must move, on the right accounts; zero for any other answer. */
const asItMust = `
  CASE WHEN answer = 'success' AND kind IN ('payment', 'refund')
      THEN effects = 2 AND fingerprint = xor(${fingerprint(`'debit'`, 'key', '-amount_paise')}, ${fingerprint(`'credit'`, 'other_key', 'amount_paise')})
    WHEN answer = 'success' AND kind = 'add_money'
      THEN effects = 2 AND fingerprint = xor(${fingerprint(`'bank-debit'`, 'other_key', '-amount_paise')}, ${fingerprint(`'credit'`, 'key', 'amount_paise')})
    ELSE effects = 0 END`;

/** An effect need not repeat its amount; if it does, it must equal what it moved. */
const mislabelled = 'amount_paise NOT IN (0, abs(delta))';

/** Count and sum of the rows of one leg, and the account of one of them. */
const leg = (name: string, rows: string, paise: string, account: string): string => `
  count(*) FILTER (leg = '${name}')::INTEGER AS ${rows}, coalesce(sum(delta) FILTER (leg = '${name}'), 0)::BIGINT AS ${paise},
  min(key) FILTER (leg = '${name}') AS ${account}`;

/**
 * `money`: submitted operations that did not move exactly what their answer says; nearly none if all is well. From `ops`: op,
 * kind, key, other_key, amount_paise, answer, decided_at, settled, effects, moved (0 if its legs balance); from its effects:
 * debits, credits, bank_debits, reversals (rows); debited, credited, bank_debited, reversed (paise, signed); debit_key,
 * credit_key, bank_key, reversal_key (text, of one of the rows); mislabelled (some row's own amount is not what it moved).
 * `idle`: op, key, leg (text), paise (of the operation; null if nobody submitted it), of rows that move nothing and are no review
 * of their operation: of another account, of a non-payment, of an operation that nobody submitted, or no review at all.
 * `unreviewed`: op, key, amount_paise, decided_at, repeats, of payments that succeeded in a mode other than full without a
 * review.
 */
export const sliced: SlicedTables = {
  tables: `
    CREATE TABLE money (op BIGINT, kind kind_name, key key_name, other_key key_name, amount_paise BIGINT, answer answer_name,
      decided_at BIGINT, settled BOOLEAN, effects INTEGER, moved BIGINT, debits INTEGER, debited BIGINT, credits INTEGER, credited BIGINT,
      bank_debits INTEGER, bank_debited BIGINT, reversals INTEGER, reversed BIGINT, debit_key VARCHAR, credit_key VARCHAR, bank_key VARCHAR,
      reversal_key VARCHAR, mislabelled BOOLEAN);
    CREATE TABLE idle (op BIGINT, key VARCHAR, leg VARCHAR, paise BIGINT);
    CREATE TABLE unreviewed (op BIGINT, key key_name, amount_paise BIGINT, decided_at BIGINT, repeats INTEGER)`,
  fill: (slice) => `
    CREATE OR REPLACE TEMP TABLE slice_suspects AS
    SELECT op FROM ops LEFT JOIN (
      SELECT op, bit_xor(${fingerprint('leg', 'key', 'delta')}) AS fingerprint, bool_or(${mislabelled}) AS mislabelled
      FROM effects WHERE delta <> 0 AND ${slice} GROUP BY op
    ) USING (op) WHERE submitted AND ${slice} AND (NOT coalesce(${asItMust}, false) OR mislabelled);
    INSERT INTO money
    SELECT op, kind, key, other_key, amount_paise, answer, decided_at, settled, effects, moved, coalesce(debits, 0), coalesce(debited, 0),
      coalesce(credits, 0), coalesce(credited, 0), coalesce(bank_debits, 0), coalesce(bank_debited, 0), coalesce(reversals, 0),
      coalesce(reversed, 0), debit_key, credit_key, bank_key, reversal_key, coalesce(mislabelled, false)
    FROM ops SEMI JOIN slice_suspects USING (op) LEFT JOIN (
      SELECT op, ${leg('debit', 'debits', 'debited', 'debit_key')}, ${leg('credit', 'credits', 'credited', 'credit_key')},
        ${leg('bank-debit', 'bank_debits', 'bank_debited', 'bank_key')}, ${leg('bank-reversal', 'reversals', 'reversed', 'reversal_key')},
        bool_or(${mislabelled}) AS mislabelled
      FROM effects WHERE delta <> 0 AND ${slice} AND op IN (SELECT op FROM slice_suspects) GROUP BY op
    ) USING (op);
    CREATE OR REPLACE TEMP TABLE slice_idle AS
    SELECT op, key, leg FROM effects WHERE delta = 0 AND op IS NOT NULL AND ${slice} AND op NOT IN (FROM foreign_ops);
    INSERT INTO idle
    SELECT i.op, i.key, i.leg, amount_paise FROM slice_idle i LEFT JOIN (FROM ops WHERE (submitted OR lost_acks > 0) AND ${slice}) o USING (op)
    WHERE NOT coalesce(i.leg = 'review' AND kind = 'payment' AND i.key = o.key::VARCHAR, false);
    INSERT INTO unreviewed
    SELECT o.op, o.key, amount_paise, decided_at, repeats
    FROM (FROM ops WHERE submitted AND ${slice} AND kind = 'payment' AND degraded AND answer = 'success') o
      ANTI JOIN (FROM slice_idle WHERE leg = 'review') r ON r.op = o.op AND r.key = o.key::VARCHAR;
    DROP TABLE slice_idle; DROP TABLE slice_suspects`,
};

/**
 * `imbalances`: op, kind, key, other_key, amount_paise, answer, paise, decided_at, excused, of operations whose legs do not add
 * up to zero. Movements that may be under way are excused: before the drain, anything that left and has not arrived, and
 * operations that some group has yet to read; after it, money that the bank took without answering, which a reconciliation may
 * yet find.
 */
const imbalances = `
  CREATE TABLE imbalances AS
  SELECT op, kind, key, other_key, amount_paise, answer, moved AS paise, decided_at,
    CASE WHEN drained_at IS NULL OR NOT settled THEN moved < 0 OR NOT settled
      ELSE moved < 0 AND answer IS NULL AND kind = 'add_money' END AS excused
  FROM money, drill WHERE moved <> 0`;

/** `people`: key, is_mule, for everybody with a category in the catalogue. */
const people = `
  CREATE TABLE people AS
  SELECT key::key_name AS key, bool_or(category = 'mule') AS is_mule FROM catalogue
  WHERE key IS NOT NULL AND category IS NOT NULL GROUP BY key`;

/** A customer's account, a user's wallet or a merchant's: neither a bank's nor the system's. */
export const isCustomer = `regexp_full_match(key::VARCHAR, '[um][0-9]+')`;

/** A change of a customer's account; a bank's books are its own, whatever it calls its accounts. */
export const isOfCustomer = `(${isCustomer} AND coalesce(leg NOT IN ('bank-debit', 'bank-reversal'), true))`;

/**
 * `overdrawn`: store, key, op, at, paise, of changes after which an account was below zero, its balance replayed from the opening
 * in version order; changes with one version count together: one transaction made them. If they came at several times, no
 * transaction did, and the account may have been below zero in between if it is among the `tied`. Changes without a version may
 * have come in any order: such an account was certainly below zero if all of them together leave it there (op and at are then
 * null), and may have been if it is among the `unordered`. Replays only accounts that gave more than they opened with, and none
 * without a known opening.
 */
const overdrawn = `
  CREATE TABLE debtors AS
  SELECT store, key, coalesce(opening, 0) AS opening, bool_or(version IS NULL) AS is_unordered,
    coalesce(opening, 0) + coalesce(sum(delta), 0)::BIGINT AS ending
  FROM effects LEFT JOIN (
    SELECT store, key, sum(available)::BIGINT AS opening FROM balances WHERE moment = 'before' GROUP BY store, key
  ) USING (store, key)
  WHERE delta <> 0 AND ${isOfCustomer} AND EXISTS (FROM keys WHERE opening IS NOT NULL) GROUP BY store, key, opening
  HAVING coalesce(opening, 0) + coalesce(sum(delta) FILTER (delta < 0), 0) < 0;
  CREATE TABLE unordered AS SELECT key FROM debtors WHERE is_unordered AND ending >= 0;
  CREATE TABLE tied AS
  SELECT DISTINCT key FROM (
    SELECT key, is_several, opening + sum(moved) OVER (PARTITION BY store, key ORDER BY version) - moved + taken AS least FROM (
      SELECT store, key, opening, version, min(committed_at) < max(committed_at) AS is_several, sum(delta) AS moved,
        coalesce(sum(delta) FILTER (delta < 0), 0) AS taken
      FROM effects JOIN debtors USING (store, key) WHERE delta <> 0 AND NOT is_unordered AND ${isOfCustomer}
      GROUP BY store, key, opening, version)
  ) WHERE is_several AND least < 0;
  CREATE TABLE overdrawn AS
  SELECT store, key, op, committed_at AS "at", paise FROM (
    SELECT store, key, op, committed_at, opening + sum(delta) OVER (PARTITION BY store, key ORDER BY version) AS paise
    FROM effects JOIN debtors USING (store, key) WHERE delta <> 0 AND NOT is_unordered AND ${isOfCustomer}
  ) WHERE paise < 0
  UNION ALL SELECT store, key, NULL, NULL, ending FROM debtors WHERE is_unordered AND ending < 0`;

export const staging: readonly string[] = [rupees, imbalances, faulty, wrongRefunds, people, overdrawn, judgedDeclines];
