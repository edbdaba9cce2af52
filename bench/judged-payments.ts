import { messageTime, micros, write } from './judged-history.ts';

const users = 50_000;
const merchants = 1_000;
const mules = 250;

/** Accounts by popularity, each with the share of the draws that come before it. */
const zipf = (table: string, prefix: string, count: number, exponent: number) =>
  `CREATE TABLE ${table} AS
   SELECT '${prefix}' || (i * 80) AS key, i, (sum(p) OVER (ORDER BY i) - p) / sum(p) OVER () AS since
   FROM (SELECT i, 1 / pow(i + 1, ${exponent}) AS p FROM range(${count}) t(i))`;
const picked = (use: number) => `hash(arrival, ${use}) % 1000003 / 1000003.0`;

/**
 * Payments by Zipf-like users to merchants and each other, money added from a bank, and refunds; four slots per arrival. Every
 * account opens with all it will ever give, so that none goes below zero. Only amounts that nobody has are declined, and only
 * mules' payments are blocked; a tenth of the drill is in crisis mode, and reviewed.
 */
export function paymentsSql(payments: number, folder: string): string[] {
  return [
    zipf('users', 'u', users, 0.6),
    zipf('merchants', 'm', merchants, 1),
    `CREATE TABLE drawn AS
     SELECT p.*, y.key AS merchant FROM (
       SELECT a.*, x.key AS payer FROM (
         SELECT range AS arrival, ${picked(1)} AS u, ${picked(2)} AS v, hash(range, 3) % 100 AS fate, hash(range, 4) % 100 AS extra,
           (1000 + hash(range, 5) % 200000)::BIGINT AS paise FROM (SELECT range, range AS arrival FROM range(${payments}))
       ) a ASOF JOIN users x ON a.u >= x.since
     ) p ASOF JOIN merchants y ON p.v >= y.since`,
    `CREATE TABLE paid AS
     SELECT arrival, CASE WHEN fate = 99 THEN 'u' || (hash(arrival, 6) % ${mules} * 80 + 1) ELSE payer END AS payer, CASE WHEN fate BETWEEN 96 AND 98 THEN 100000000000 ELSE paise END AS paise, fate, extra,
       CASE WHEN fate % 10 < 7 OR payer = 'u0' THEN merchant ELSE 'u0' END AS payee,
       CASE WHEN fate < 96 THEN 'success' WHEN fate < 99 THEN 'declined' ELSE 'blocked' END AS answer,
       arrival BETWEEN ${Math.round(payments * 0.5)} AND ${Math.round(payments * 0.6)} AS degraded FROM drawn`,
    `CREATE TABLE ops AS
     SELECT arrival * 4 AS op, 'payment' AS kind, NULL::BIGINT AS subject_op, payer AS key, payee AS other_key, paise, arrival AS tick,
       answer, degraded FROM paid
     UNION ALL SELECT arrival * 4 + 1, 'add_money', NULL, payer, 'b' || substr(payer, 2), 50000, arrival, 'success', false FROM paid
       WHERE extra < 5
     UNION ALL SELECT (arrival + 3000) * 4 + 2, 'refund', arrival * 4, payee, payer, paise, arrival + 3000, 'success', false FROM paid
       WHERE extra BETWEEN 5 AND 5 AND answer = 'success' AND payee LIKE 'm%' AND arrival + 3000 < ${payments}`,
    `CREATE TABLE moves AS
     SELECT op, tick, CASE kind WHEN 'add_money' THEN 'bank-debit' ELSE 'debit' END AS leg,
       CASE kind WHEN 'add_money' THEN other_key ELSE key END AS key, -paise AS delta FROM ops WHERE answer = 'success'
     UNION ALL SELECT op, tick, 'credit', CASE kind WHEN 'add_money' THEN key ELSE other_key END, paise FROM ops WHERE answer = 'success'
     UNION ALL SELECT op, tick, 'review', key, 0 FROM ops WHERE answer = 'success' AND degraded`,
    write(
      folder,
      'operations',
      `SELECT op, 1::INTEGER AS attempt, 0::INTEGER AS shard, kind, subject_op, key, other_key, 1::INTEGER AS quantity,
         paise::BIGINT AS amount_paise, CASE WHEN op % 10 = 0 THEN 'premium' ELSE 'regular' END AS class,
         CASE WHEN tick < 30000 THEN 'warm-up' ELSE 'surge' END AS phase, (${micros('tick')})::BIGINT AS planned_at,
         (${micros('tick')} + 300)::BIGINT AS sent_at, (${micros('tick')} + 9000)::BIGINT AS acked_at, 'ok' AS outcome, NULL::VARCHAR AS error
       FROM ops ORDER BY tick`,
    ),
    write(
      folder,
      'appends',
      `SELECT op, 1::INTEGER AS attempt, kind AS topic, (hash(key) % 12)::INTEGER AS partition, tick::BIGINT AS "offset",
         (${messageTime(`${micros('tick')} + 3000`)})::BIGINT AS appended_at FROM ops ORDER BY hash(key) % 12, tick`,
    ),
    write(
      folder,
      'decisions',
      `SELECT op, key, answer, CASE WHEN degraded THEN 'degraded' ELSE 'full' END AS mode, NULL::VARCHAR AS reason,
         (${messageTime(`${micros('tick')} + 20000 + (hash(tick // 50) % 60000)::BIGINT`)})::BIGINT AS decided_at,
         'broker' AS stamped_by, (hash(key) % 12)::INTEGER AS partition, tick::BIGINT AS "offset"
       FROM ops ORDER BY hash(key) % 12, tick`,
    ),
    write(
      folder,
      'effects',
      `SELECT op, leg, CASE WHEN leg LIKE 'bank%' THEN 'bank' ELSE 'shard-' || (hash(key) % 3) END AS store, key, delta::INTEGER AS delta,
         NULL::BIGINT AS amount_paise, row_number() OVER (PARTITION BY key ORDER BY tick) AS version,
         (${micros('tick')} + CASE leg WHEN 'credit' THEN 90000 ELSE 15000 END)::BIGINT AS committed_at FROM moves`,
    ),
    `CREATE TABLE accounts AS
     SELECT key, coalesce(-sum(delta) FILTER (delta < 0), 0)::BIGINT AS opening, coalesce(sum(delta), 0)::BIGINT AS moved
     FROM (SELECT key, delta FROM moves WHERE key NOT LIKE 'b%' UNION ALL SELECT key, 0 FROM users UNION ALL SELECT key, 0 FROM merchants
       UNION ALL SELECT DISTINCT payer, 0 FROM paid WHERE fate = 99)
     GROUP BY key`,
    write(
      folder,
      'balances',
      `SELECT 'shard-' || (hash(key) % 3) AS store, key, moment, (opening + CASE moment WHEN 'after' THEN moved ELSE 0 END)::BIGINT AS available,
         NULL::BIGINT AS sold, 0::BIGINT AS version FROM accounts, (VALUES ('before'), ('after')) t(moment)
       UNION ALL SELECT 'shard-0', 'transit', moment, 0, NULL, 0 FROM (VALUES ('before'), ('after')) t(moment)`,
    ),
    write(
      folder,
      'catalogue',
      `SELECT key, 'name ' || key AS name, CASE WHEN key LIKE 'm%' THEN 'merchant' WHEN key IN (SELECT payer FROM paid WHERE fate = 99) THEN 'mule' ELSE 'user' END AS category, 0::BIGINT AS price_paise
       FROM accounts`,
    ),
    write(
      folder,
      'samples',
      `SELECT (${micros('tick')})::BIGINT AS "at", (${micros('tick')} - 4000)::BIGINT AS began_at, 'audit' AS probe,
         'shard-' || (tick % 3) AS subject, 0::DOUBLE AS value, 'paise' AS unit FROM range(0, ${payments}, 5000) t(tick)`,
    ),
  ];
}
