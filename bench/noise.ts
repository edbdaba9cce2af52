import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadRegistry } from '../harness/catalogue.ts';
import { drillAndJudge, unwatched } from '../harness/commands/drill-and-judge.ts';
import { DrillStack } from '../harness/commands/drill-stack.ts';
import { planDrills } from '../harness/commands/plan-drills.ts';
import { drillInto } from '../harness/commands/results.ts';
import { metrics } from '../harness/gate/metrics.ts';
import { hearInterruptions } from '../harness/interruption.ts';
import { number } from '../harness/report/format.ts';
import { runJson } from '../harness/report/run-json.ts';
import type { RunJson } from '../harness/report/run-shape.ts';
import { startStack } from '../harness/stack/start-stack.ts';
import { needsOf } from '../harness/target/target.ts';

/**
 * How much the same drill varies: the same seed again and again on one stack, reset between. Prints a row of a Markdown table for each
 * metric of a gate: median, smallest and largest, coefficient of variation. Usage: node bench/noise.ts [drills] [scenario] [target]
 */
const [, , count = '20', scenario = 'smoke', target] = process.argv;
const drills = Number(count);
const folder = resolve(import.meta.dirname, '..');
const signal = hearInterruptions();
const results = await mkdtemp(join(tmpdir(), 'toofan-noise-'));
const note = (line: string) => void process.stderr.write(`${line}\n`);

async function measure(): Promise<readonly RunJson[]> {
  const registry = await loadRegistry(folder);
  const registryModule = new URL('../harness/catalogue.ts', import.meta.url).href;
  const [planned] = await planDrills(
    { scenario, targets: target === undefined ? [] : [target], seed: 1, shards: 1, set: [] },
    { registry, registryModule, folder, command: 'npm run bench -- noise' },
  );
  if (planned === undefined) throw new Error('nothing to drill');
  await using stack = new DrillStack(
    (session) => startStack('local', needsOf(planned.target), { session, config: registry.config, progress: note }),
    note,
  );
  const runs: RunJson[] = [];
  for (let drill = 1; drill <= drills; drill += 1) {
    const started = await stack.ready(needsOf(planned.target));
    signal.throwIfAborted();
    const run = await drillInto(join(results, String(drill)), planned, async (plan) => {
      const waitForQuietMachine = started.isNew;
      const { record, judgement } = await drillAndJudge(plan, {
        ...unwatched,
        ...started,
        stackUpMs: 0,
        signal,
        waitForQuietMachine,
      });
      return runJson(record, judgement);
    });
    await rm(join(results, String(drill)), { recursive: true, force: true });
    runs.push(run);
    note(`${drill} of ${drills}: ${run.verdict}, ${run.machine.note}`);
  }
  return runs;
}

const text = (value: number | null | undefined): string => number(value ?? null, 3);

function row(metric: (typeof metrics)[number], runs: readonly RunJson[]): string {
  const values = runs
    .map((run) => metric.of(run))
    .filter((value) => value !== null)
    .toSorted((a, b) => a - b);
  if (values.length < 2) return `| \`${scenario}\`: ${metric.label} | not measured | |\n`;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  const middle = values[Math.floor(values.length / 2)] ?? null;
  const variation = mean === 0 ? 'never varies' : `CV ${((100 * deviation) / mean).toFixed(1)} %`;
  const figures = `${text(middle)} (${text(values[0])}–${text(values.at(-1))}) ${metric.unit}`.trimEnd();
  return `| \`${scenario}\`, ${values.length} drills of seed 1: ${metric.label} | ${figures}, ${variation} | |\n`;
}

try {
  const runs = await measure();
  for (const metric of metrics) process.stdout.write(row(metric, runs));
  const quiet = runs.filter(({ machine }) => machine.quiet).length;
  process.stdout.write(`| \`${scenario}\`: the machine was quiet in | ${quiet} of ${runs.length} | |\n`);
} finally {
  await rm(results, { recursive: true, force: true });
}
process.exit();
