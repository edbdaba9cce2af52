import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RunJson } from '../harness/report/run-shape.ts';

/**
 * The streaming pipelines at full rate, and a complete short run, measured by running `toofan` itself. Prints rows of a Markdown
 * table: what, figure, goal. Usage: node bench/pipeline.ts [runs]
 */
const cli = resolve(import.meta.dirname, '../harness/cli.ts');
const runs = Number(process.argv[2] ?? 1);

interface Measured {
  readonly run: RunJson;
  readonly wallMs: number;
}

function drill(scenario: string, seed: number): Measured {
  const folder = mkdtempSync(join(tmpdir(), 'toofan-bench-'));
  const begun = performance.now();
  const args = [
    cli,
    'run',
    scenario,
    '--stack',
    'local',
    '--seed',
    String(seed),
    '--quiet',
    '--out',
    join(folder, 'out'),
  ];
  const { stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 600_000 });
  const wallMs = performance.now() - begun;
  try {
    return { run: JSON.parse(readFileSync(join(folder, 'out', 'run.json'), 'utf8')) as RunJson, wallMs };
  } catch {
    throw new Error(`${scenario} left no run.json: ${stderr}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const row = (...cells: readonly string[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
const spread = (values: readonly number[], digits = 0) => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => (sorted[index] ?? Number.NaN).toFixed(digits);
  return values.length === 1 ? at(0) : `${at(Math.floor(sorted.length / 2))} (${at(0)}–${at(sorted.length - 1)})`;
};

function surgeRow(scenario: string, goalMs: number): void {
  const measured = Array.from({ length: runs }, (_, index) => drill(scenario, index + 1).run);
  const surges = measured.map((run) => run.phases.find(({ name }) => name === 'surge'));
  const p99 = surges.map((phase) => phase?.p99Ms ?? Number.NaN);
  const p50 = surges.map((phase) => phase?.p50Ms ?? Number.NaN);
  const rate = surges.map((phase) => phase?.plannedPerSecond ?? Number.NaN);
  const broken = measured.flatMap((run) =>
    run.invariants.filter(({ verdict }) => verdict !== 'pass').map(({ name }) => name),
  );
  const late = measured.map((run) => run.generator.sendErrorP99Ms ?? Number.NaN);
  row(
    `\`${scenario}\`, ${spread(rate)} arrivals/s planned in the surge, seeds 1–${runs}`,
    `p50 ${spread(p50)} ms, p99 ${spread(p99)} ms; ${broken.length === 0 ? 'every invariant held' : `BROKEN: ${broken.join(', ')}`}; generator's send error p99 ${spread(late, 1)} ms, unsent ${Math.max(...measured.map((run) => run.generator.unsent ?? Number.NaN))}`,
    `p99 ≤ ${goalMs} ms, no invariant broken`,
  );
}

surgeRow('big-billion-day', 250);
surgeRow('big-billion-day-2021', 500);
surgeRow('demonetisation-claim', 200);
const smokes = Array.from({ length: Math.max(3, runs) }, () => drill('smoke', 1));
row(
  'local stack up, warm',
  `${spread(
    smokes.map(({ run }) => (run.timings.stackUpMs ?? Number.NaN) / 1000),
    1,
  )} s`,
  '≤ 8 s',
);
row(
  'whole `smoke` run, warm',
  `${spread(
    smokes.map(({ wallMs }) => wallMs / 1000),
    1,
  )} s`,
  '≤ 30 s',
);
