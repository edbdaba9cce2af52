/**
 * How long judging takes and what memory it needs: `node bench/judge.ts [operations …]` (1,000,000 where none is named).
 * A history as of a sound pipeline is made by SQL, then judged by a process of its own, whose peak is told.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { DuckDBInstance } from '@duckdb/node-api';

import { inventory } from '../harness/domains/inventory/index.ts';
import type { DrillRecord } from '../harness/history/drill-record.ts';
import { judge } from '../harness/judge/judge.ts';
import { consumerLag, decided, decisionLatency, drained, shelfAccuracy } from '../harness/judge/objectives/index.ts';

const start = 1_700_000_000_000_000;
const perSecond = 15_000;
const products = 2_000;

const ms = (time: string): string => `(${time}) // 1000 * 1000`;

/**
 * Orders of one unit, Zipf-like, four slots an arrival. A key's orders are confirmed while its stock, restocks and
 * cancellations before them last: sold out is where the shortage so far reaches a new height.
 */
function historySql(orders: number, folder: string): string[] {
  const write = (table: string, select: string) =>
    `COPY (${select}) TO '${folder}/${table}-bench.parquet' (FORMAT parquet)`;
  const micros = (arrival: string) => `${start} + (${arrival}) * 1000000 // ${perSecond}`;
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
      'operations',
      `SELECT op, 1::INTEGER AS attempt, 0::INTEGER AS shard, kind, subject_op, key, NULL::VARCHAR AS other_key, quantity::INTEGER AS quantity,
         9900::BIGINT AS amount_paise, CASE WHEN op % 10 = 0 THEN 'premium' ELSE 'regular' END AS class,
         CASE WHEN tick < ${perSecond * 2} THEN 'warm-up' ELSE 'surge' END AS phase, (${micros('tick')})::BIGINT AS planned_at,
         (${micros('tick')} + 300)::BIGINT AS sent_at, (${micros('tick')} + 9000)::BIGINT AS acked_at, 'ok' AS outcome, NULL::VARCHAR AS error
       FROM ops JOIN products USING (i) ORDER BY tick`,
    ),
    write(
      'appends',
      `SELECT op, 1::INTEGER AS attempt, kind || '-events' AS topic, (i % 12)::INTEGER AS partition, tick::BIGINT AS "offset",
         (${ms(micros('tick') + ' + 3000')})::BIGINT AS appended_at FROM ops ORDER BY i % 12, tick`,
    ),
    write(
      'decisions',
      `SELECT op, key, answer, 'full' AS mode, NULL::VARCHAR AS reason,
         (${ms(micros('tick') + ' + 20000 + (hash(tick // 50) % 60000)::BIGINT')})::BIGINT AS decided_at,
         'broker' AS stamped_by, (i % 12)::INTEGER AS partition, tick::BIGINT AS "offset"
       FROM ops JOIN products USING (i) ORDER BY i % 12, tick`,
    ),
    write(
      'effects',
      `SELECT op, 'stock' AS leg, 'main' AS store, key, delta::INTEGER AS delta, NULL::BIGINT AS amount_paise,
         row_number() OVER (PARTITION BY i ORDER BY tick) AS version, (${micros('tick')} + 15000)::BIGINT AS committed_at
       FROM ops JOIN products USING (i) WHERE delta <> 0`,
    ),
    write(
      'balances',
      `SELECT 'main' AS store, key, 'before' AS moment, stock::BIGINT AS available, 0::BIGINT AS sold, 0::BIGINT AS version FROM products
       UNION ALL SELECT s, key, 'after', (stock + coalesce(d, 0))::BIGINT, 0, 0 FROM products
       LEFT JOIN (SELECT i, sum(delta) AS d FROM ops GROUP BY i) USING (i), (VALUES ('main'), ('shelf')) t(s)`,
    ),
    write(
      'catalogue',
      `SELECT key, 'name ' || key AS name, 'category' AS category, 9900::BIGINT AS price_paise FROM products`,
    ),
    write(
      'samples',
      `SELECT (${micros('tick')} + 15500)::BIGINT AS "at", (${micros('tick')} + 15400)::BIGINT AS began_at, 'shelf' AS probe, key AS subject,
         value::DOUBLE AS value, 'units' AS unit
       FROM (SELECT tick, i, stock + sum(delta) OVER (PARTITION BY i ORDER BY tick) AS value FROM ops JOIN products USING (i))
       JOIN products USING (i) WHERE hash(tick, i) % 500 = 0`,
    ),
  ];
}

function drillRecord(orders: number): DrillRecord {
  const end = start + Math.ceil((orders / perSecond) * 1e6);
  const warm = start + 2_000_000;
  return {
    schema: 1,
    run: 'bench',
    seed: 1,
    scenario: {
      name: 'bench',
      summary: '',
      domain: 'inventory',
      target: 'bench',
      timeScale: 1,
      world: {},
      load: [],
      mix: {},
      faults: [],
      objectives: [
        decisionLatency({ quantile: 0.99, below: '500ms', during: 'surge' }),
        consumerLag({ below: '2s' }),
        drained({ within: '10s' }),
        decided({ atLeast: 0.999 }),
        shelfAccuracy({ atLeast: 0.998 }),
      ],
      invariants: inventory.invariants.map(({ name }) => name),
      drainDeadline: '10s',
      sources: [],
    },
    loadScale: 1,
    target: { name: 'bench', readModel: { name: 'shelf', stalenessMs: 100, refreshMs: 100 }, memoryLimitMiB: null },
    stack: { kind: 'local', reason: '', versions: {}, stampedBy: 'broker' },
    phases: [
      { name: 'warm-up', warmUp: true, startsAt: start, endsAt: warm, arrivals: perSecond * 2 },
      { name: 'surge', warmUp: false, startsAt: warm, endsAt: end, arrivals: orders - perSecond * 2 },
    ],
    loadEndedAt: end,
    drainedAt: end + 500_000,
    closedAt: end + 1_000_000,
    offsets: [],
    generators: [],
    faults: [],
    timings: { stackUpMs: 0, drillMs: 0 },
    machine: { cpus: 2, memoryMiB: 0, platform: '', node: '' },
    command: 'bench',
  };
}

async function makeHistory(orders: number, folder: string): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '8GB' });
  const connection = await instance.connect();
  for (const sql of historySql(orders, folder)) await connection.run(sql);
  const reader = await connection.runAndReadAll('SELECT count(*) FROM ops');
  connection.closeSync();
  instance.closeSync();
  await writeFile(join(folder, 'drill.json'), JSON.stringify(drillRecord(orders)));
  return Number(reader.getRows()[0]?.[0] ?? 0);
}

/** In a process of its own: judges and prints one JSON line. */
async function judgeOnce(folder: string): Promise<void> {
  const begun = performance.now();
  const judgement = await judge(folder, inventory);
  const found = {
    seconds: (performance.now() - begun) / 1000,
    peakMiB: process.resourceUsage().maxRSS / 1024,
    verdict: judgement.verdict,
    problems: [
      ...judgement.notes,
      ...[...judgement.invariants, ...judgement.objectives].flatMap((result) =>
        result.verdict === 'pass' ? [] : [`${result.name}: ${result.verdict} ${JSON.stringify(result).slice(0, 600)}`],
      ),
    ],
  };
  process.stdout.write(`${JSON.stringify(found)}\n`);
}

async function bench(sizes: readonly number[]): Promise<void> {
  process.stdout.write('| operations | judged in | peak memory | verdict |\n|---|---|---|---|\n');
  for (const size of sizes) {
    const folder = await mkdtemp(join(tmpdir(), 'toofan-bench-judge-'));
    try {
      const operations = await makeHistory(Math.round(size / 1.05), folder);
      const self = fileURLToPath(import.meta.url);
      const { stdout } = await promisify(execFile)(process.execPath, [self, '--judge', folder]);
      const found = JSON.parse(stdout) as { seconds: number; peakMiB: number; verdict: string; problems: string[] };
      const count = operations.toLocaleString('en');
      process.stdout.write(
        `| ${count} | ${found.seconds.toFixed(1)} s | ${found.peakMiB.toFixed(0)} MiB | ${found.verdict} |\n`,
      );
      for (const problem of found.problems) process.stdout.write(`${problem}\n`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

const [first, ...rest] = process.argv.slice(2);
if (first === '--judge') await judgeOnce(rest[0] ?? '');
else await bench(first === undefined ? [1_000_000] : [first, ...rest].map(Number));
