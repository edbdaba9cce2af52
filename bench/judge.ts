/**
 * How long judging takes and what memory it needs: `node bench/judge.ts [inventory|wallet] [operations …]` (inventory and
 * 1,000,000 where none is named).
 * A history as of a sound pipeline is made by SQL, then judged by a process of its own, whose peak is told.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { DuckDBInstance } from '@duckdb/node-api';

import { inventory } from '../harness/domains/inventory/index.ts';
import { wallet } from '../harness/domains/wallet/index.ts';
import type { DrillRecord } from '../harness/history/drill-record.ts';
import { sealHistory } from '../harness/history/parts.ts';
import { judge } from '../harness/judge/judge.ts';
import {
  consumerLag,
  decided,
  decisionLatency,
  degradedTime,
  drained,
  settled,
  shelfAccuracy,
  succeeded,
} from '../harness/judge/objectives/index.ts';
import { perSecond, start } from './judged-history.ts';
import { ordersSql } from './judged-orders.ts';
import { paymentsSql } from './judged-payments.ts';

const domains = {
  inventory: {
    domain: inventory,
    sql: ordersSql,
    objectives: [shelfAccuracy({ atLeast: 0.998 })],
    readModel: { name: 'shelf', stalenessMs: 100, refreshMs: 100 },
  },
  wallet: {
    domain: wallet,
    sql: paymentsSql,
    objectives: [
      succeeded({ atLeast: 0.995 }),
      settled({ within: '1s', quantile: 0.99 }),
      degradedTime({ below: '10min' }),
    ],
    readModel: null,
  },
};
type Name = keyof typeof domains;

function drillRecord(name: Name, orders: number, operations: number): DrillRecord {
  const { domain, objectives, readModel } = domains[name];
  const end = start + Math.ceil((orders / perSecond) * 1e6);
  const warm = start + 2_000_000;
  return {
    schema: 1,
    run: 'bench',
    seed: 1,
    scenario: {
      name: 'bench',
      summary: '',
      domain: name,
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
        ...objectives,
      ],
      // Nobody comes over HTTP in this history.
      invariants: domain.invariants.filter((one) => !one.needs.includes('answers')).map((one) => one.name),
      drainDeadline: '10s',
      sources: [],
    },
    loadScale: 1,
    target: { name: 'bench', readModel, memoryLimitMiB: null },
    stack: { kind: 'local', reason: '', versions: {}, stampedBy: 'broker' },
    phases: [
      { name: 'warm-up', warmUp: true, startsAt: start, endsAt: warm, arrivals: perSecond * 2 },
      { name: 'surge', warmUp: false, startsAt: warm, endsAt: end, arrivals: orders - perSecond * 2 },
    ],
    loadEndedAt: end,
    drainedAt: end + 500_000,
    closedAt: end + 1_000_000,
    offsets: [],
    generators: [
      {
        shard: 0,
        planned: operations,
        sent: operations,
        acked: operations,
        failed: 0,
        indeterminate: 0,
        unsent: 0,
        cpuMicros: 0,
        peakMemoryMiB: 0,
      },
    ],
    faults: [],
    timings: { stackUpMs: 0, drillMs: 0 },
    machine: { cpus: 2, memoryMiB: 0, platform: '', node: '' },
    command: 'bench',
  };
}

async function makeHistory(name: Name, orders: number, folder: string): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '8GB' });
  const connection = await instance.connect();
  for (const sql of domains[name].sql(orders, folder)) await connection.run(sql);
  const reader = await connection.runAndReadAll('SELECT count(*) FROM ops');
  connection.closeSync();
  instance.closeSync();
  const operations = Number(reader.getRows()[0]?.[0] ?? 0);
  await sealHistory(folder, drillRecord(name, orders, operations));
  return operations;
}

interface Found {
  readonly seconds: number;
  /** Of all threads: less disturbed by what else the machine does than the time on the clock. */
  readonly cpuSeconds: number;
  readonly peakMiB: number;
  readonly verdict: string;
  readonly problems: readonly string[];
}

/** In a process of its own: judges and prints one JSON line. */
async function judgeOnce(name: Name, folder: string): Promise<void> {
  const begun = performance.now();
  const before = process.cpuUsage();
  const judgement = await judge(folder, domains[name].domain);
  const used = process.cpuUsage(before);
  const found: Found = {
    seconds: (performance.now() - begun) / 1000,
    cpuSeconds: (used.user + used.system) / 1e6,
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

async function bench(name: Name, sizes: readonly number[]): Promise<void> {
  process.stdout.write('| operations | judged in | CPU | peak memory | verdict |\n|---|---|---|---|---|\n');
  for (const size of sizes) {
    const folder = await mkdtemp(join(tmpdir(), 'toofan-bench-judge-'));
    try {
      const operations = await makeHistory(name, Math.round(size / 1.05), folder);
      const self = fileURLToPath(import.meta.url);
      const { stdout } = await promisify(execFile)(process.execPath, [self, '--judge', name, folder]);
      const found = JSON.parse(stdout) as Found;
      const count = operations.toLocaleString('en');
      process.stdout.write(
        `| ${count} | ${found.seconds.toFixed(1)} s | ${found.cpuSeconds.toFixed(1)} s | ${found.peakMiB.toFixed(0)} MiB | ${found.verdict} |\n`,
      );
      for (const problem of found.problems) process.stdout.write(`${problem}\n`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

const nameOf = (text: string | undefined): Name => (text === 'wallet' ? 'wallet' : 'inventory');
const words = process.argv.slice(2);
if (words[0] === '--judge') await judgeOnce(nameOf(words[1]), words[2] ?? '');
else {
  const sizes = words.filter((word) => /^\d/.test(word)).map(Number);
  await bench(nameOf(words[0]), sizes.length === 0 ? [1_000_000] : sizes);
}
