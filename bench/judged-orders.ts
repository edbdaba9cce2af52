import { messageTime, micros, perSecond, write } from './judged-history.ts';

const products = 2_000;

/**
 * Orders of one unit, Zipf-like, four slots per arrival. A key's orders are confirmed while its stock, restocks and cancellations
 * before them last: sold out is where the shortage so far reaches a new maximum.
 */
export function ordersSql(orders: number, folder: string): string[] {
  const supply = Math.ceil(orders * 0.6);
  return [
    `CREATE TABLE products AS
     SELECT i::INTEGER AS i, 'product-' || lpad(i::VARCHAR, 5, '0') AS key,
       greatest(5, (${supply} * (1 / pow(i + 1, 1.07)) / (SELECT sum(1 / pow(r + 1, 1.07)) FROM range(${products}) t(r))))::INTEGER AS stock
     FROM range(${products}) t(i)`,
    `CREATE TABLE cdf AS
     SELECT i, (sum(p) OVER (ORDER BY i) - p) / sum(p) OVER () AS since FROM (SELECT i, 1 / pow(i + 1, 1.07) AS p FROM products)`,
    `CREATE TABLE orders AS
     SELECT a.arrival, c.i FROM (SELECT range AS arrival, hash(range) % 1000003 / 1000003.0 AS u FROM range(${orders})) a
     ASOF JOIN cdf c ON a.u >= c.since`,
    // Restocks, and cancellations of orders that are sure to be confirmed, raise the supply of their key.
    `CREATE TABLE ranked AS
     SELECT arrival, i, row_number() OVER (PARTITION BY i ORDER BY arrival) AS nth FROM orders`,
    `CREATE TABLE cancelled AS
     SELECT arrival, i, (arrival + 2000 + hash(arrival, 1) % 20000)::BIGINT AS by_arrival
     FROM ranked JOIN products USING (i) WHERE nth <= stock // 2 AND hash(arrival, 2) % 100 < 5 AND by_arrival < ${orders}
     QUALIFY row_number() OVER (PARTITION BY by_arrival ORDER BY arrival) = 1`,
    `CREATE TABLE restocked AS
     SELECT arrival, i, (1 + hash(arrival, 4) % 5)::BIGINT AS units FROM orders WHERE hash(arrival, 3) % 100 < 2`,
    `CREATE TABLE events AS
     SELECT arrival AS tick, i, 1 AS wanted, 0 AS came FROM orders UNION ALL SELECT by_arrival, i, 0, 1 FROM cancelled
     UNION ALL SELECT arrival, i, 0, units FROM restocked`,
    `CREATE TABLE running AS
     SELECT tick, i, wanted, sum(wanted - came) OVER upto - stock AS short FROM events JOIN products USING (i)
     WINDOW upto AS (PARTITION BY i ORDER BY tick, came DESC ROWS UNBOUNDED PRECEDING)`,
    `CREATE TABLE told AS
     SELECT tick AS arrival, i, greatest(max(short) OVER w, 0) > greatest(coalesce(max(short) OVER b, 0), 0) AS sold_out, wanted
     FROM running WINDOW w AS (PARTITION BY i ORDER BY tick, wanted ROWS UNBOUNDED PRECEDING),
       b AS (PARTITION BY i ORDER BY tick, wanted ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)`,
    `CREATE TABLE ops AS
     SELECT arrival * 4 AS op, 'order' AS kind, NULL::BIGINT AS subject_op, i, 1 AS quantity, arrival AS tick,
       CASE WHEN sold_out THEN 'sold_out' ELSE 'confirmed' END AS answer, CASE WHEN sold_out THEN 0 ELSE -1 END AS delta
     FROM told WHERE wanted = 1
     UNION ALL SELECT by_arrival * 4 + 1, 'cancellation', arrival * 4, i, 1, by_arrival, 'cancelled', 1 FROM cancelled
     UNION ALL SELECT arrival * 4 + 3, 'restock', NULL, i, units::INTEGER, arrival, 'applied', units::INTEGER FROM restocked`,
    write(
      folder,
      'operations',
      `SELECT op, 1::INTEGER AS attempt, 0::INTEGER AS shard, kind, subject_op, key, NULL::VARCHAR AS other_key, quantity::INTEGER AS quantity,
         9900::BIGINT AS amount_paise, CASE WHEN op % 10 = 0 THEN 'premium' ELSE 'regular' END AS class,
         CASE WHEN tick < ${perSecond * 2} THEN 'warm-up' ELSE 'surge' END AS phase, (${micros('tick')})::BIGINT AS planned_at,
         (${micros('tick')} + 300)::BIGINT AS sent_at, (${micros('tick')} + 9000)::BIGINT AS acked_at, 'ok' AS outcome, NULL::VARCHAR AS error
       FROM ops JOIN products USING (i) ORDER BY tick`,
    ),
    write(
      folder,
      'appends',
      `SELECT op, 1::INTEGER AS attempt, kind || '-events' AS topic, (i % 12)::INTEGER AS partition, tick::BIGINT AS "offset",
         (${messageTime(micros('tick') + ' + 3000')})::BIGINT AS appended_at FROM ops ORDER BY i % 12, tick`,
    ),
    write(
      folder,
      'decisions',
      `SELECT op, key, answer, 'full' AS mode, NULL::VARCHAR AS reason,
         (${messageTime(micros('tick') + ' + 20000 + (hash(tick // 50) % 60000)::BIGINT')})::BIGINT AS decided_at,
         'broker' AS stamped_by, (i % 12)::INTEGER AS partition, tick::BIGINT AS "offset"
       FROM ops JOIN products USING (i) ORDER BY i % 12, tick`,
    ),
    write(
      folder,
      'effects',
      `SELECT op, 'stock' AS leg, 'main' AS store, key, delta::INTEGER AS delta, NULL::BIGINT AS amount_paise,
         row_number() OVER (PARTITION BY i ORDER BY tick) AS version, (${micros('tick')} + 15000)::BIGINT AS committed_at
       FROM ops JOIN products USING (i) WHERE delta <> 0`,
    ),
    write(
      folder,
      'balances',
      `SELECT 'main' AS store, key, 'before' AS moment, stock::BIGINT AS available, 0::BIGINT AS sold, 0::BIGINT AS version FROM products
       UNION ALL SELECT s, key, 'after', (stock + coalesce(d, 0))::BIGINT, 0, 0 FROM products
       LEFT JOIN (SELECT i, sum(delta) AS d FROM ops GROUP BY i) USING (i), (VALUES ('main'), ('shelf')) t(s)`,
    ),
    write(
      folder,
      'catalogue',
      `SELECT key, 'name ' || key AS name, 'category' AS category, 9900::BIGINT AS price_paise FROM products`,
    ),
    write(
      folder,
      'samples',
      `SELECT (${micros('tick')} + 15500)::BIGINT AS "at", (${micros('tick')} + 15400)::BIGINT AS began_at, 'shelf' AS probe, key AS subject,
         value::DOUBLE AS value, 'units' AS unit
       FROM (SELECT tick, i, stock + sum(delta) OVER (PARTITION BY i ORDER BY tick) AS value FROM ops JOIN products USING (i))
       JOIN products USING (i) WHERE hash(tick, i) % 500 = 0`,
    ),
  ];
}
