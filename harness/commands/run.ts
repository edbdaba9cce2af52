import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { DrillPlan } from '../drill/drill-plan.ts';
import { runDrill } from '../drill/run-drill.ts';
import { unavailable, usageError } from '../errors.ts';
import { worst, type ExitCode } from '../exit-code.ts';
import { judge } from '../judge/judge.ts';
import { exitCodeOf } from '../judge/verdict.ts';
import { compileLoad } from '../load/load-curve.ts';
import { calibrate } from '../observe/machine/calibrate.ts';
import { type JudgedRun, overall } from '../report/judged-run.ts';
import { liveDrills, openLivePage, type LivePage } from '../report/live-page.ts';
import { openLiveView, type LivePlan, type LiveView } from '../report/live.ts';
import { serveMetrics } from '../report/prometheus/serve-metrics.ts';
import { verdictText } from '../report/terminal.ts';
import { counterexamplesFolder, writeReports } from '../report/write-reports.ts';
import { startSession } from '../session/start-session.ts';
import { findK6 } from '../stack/find-k6.ts';
import type { StackKind } from '../stack/stack.ts';
import { findJava } from '../stack/tools.ts';
import { startStack } from '../stack/start-stack.ts';
import { planDrills, unionOfNeeds, type PlanOptions, type PlanSurroundings } from './plan.ts';

export interface RunOptions extends PlanOptions {
  readonly stack: StackKind | 'auto';
  readonly quiet: boolean;
  /** The loopback port that serves Prometheus; none where it is left out. */
  readonly metrics?: number;
  /** The port of the live page, 0 for any; no page where it is left out. */
  readonly live?: number;
}

export interface Surroundings extends PlanSurroundings {
  readonly stdout: NodeJS.WriteStream;
  readonly colour: boolean;
  readonly signal: AbortSignal;
}

/** `toofan run`: one scenario against one or several targets, each from a clean stack; the worst exit code of them. */
export async function run(options: RunOptions, around: Surroundings): Promise<ExitCode> {
  const { registry, stdout } = around;
  const plans = await planDrills(options, around);
  await using page = options.live === undefined ? undefined : await openPage(options.live, options, plans);
  const out = await prepareResults(options, around, plans);
  const live = openView(plans, options, around, page);
  const runs: JudgedRun[] = [];
  try {
    await using served = options.metrics === undefined ? null : await serveMetrics(options.metrics);
    if (served !== null) live.note(`Metrics: ${served.url}`);
    const begun = performance.now();
    await using session = await startSession();
    live.note('Measuring how fast this machine is');
    const calibration = await calibrate(session.folder, (await findJava())?.path);
    // Before any store starts: it may have to be built, or not be to be had.
    const k6 = plans.some(({ scenario }) => scenario.visits !== undefined)
      ? await findK6(session, registry.config, around.folder, (line) => live.note(line))
      : undefined;
    await using stack = await startStack(options.stack, unionOfNeeds(plans), {
      session,
      config: registry.config,
      progress: (line) => live.note(line),
    });
    const stackUpMs = performance.now() - begun;
    live.note(`Stack: ${stack.kind}${stack.reason === '' ? '' : ` (${stack.reason})`}`);
    for (const plan of plans) {
      around.signal.throwIfAborted();
      page?.begin(plan.target.name);
      const record = await runDrill(plan, {
        session,
        stack,
        stackUpMs,
        signal: around.signal,
        onNote: (line) => live.note(line),
        onSample: (sample) => {
          live.update(sample);
          served?.metrics.live(sample);
        },
        metrics: served?.metrics,
        calibration,
        k6,
      });
      live.note('Judging');
      const all = join(plan.historyFolder, '..', counterexamplesFolder);
      runs.push({ record, judgement: await judge(plan.historyFolder, plan.domain, all) });
    }
  } catch (error) {
    // A drill that did not come to its end leaves no half of a result behind.
    await rm(out, { recursive: true, force: true });
    throw error;
  } finally {
    live.close();
  }
  const report = await writeReports(out, runs);
  const width = stdout.columns ?? 100;
  stdout.write(verdictText(runs, { colour: around.colour, width, reportPath: report }));
  await page?.end(await readFile(report, 'utf8'), overall(runs));
  return worst(runs.map(({ judgement }) => exitCodeOf(judgement)));
}

async function openPage(port: number, { quiet }: RunOptions, plans: readonly DrillPlan[]): Promise<LivePage> {
  if (quiet && port === 0)
    throw usageError('--quiet --live: nothing would say the address; name a port, as in --live 8080');
  const [first] = plans;
  if (first === undefined) throw usageError('no target to run');
  const targets = plans.map(({ target }) => target.name);
  return openLivePage(port, liveDrills(first.scenario, targets));
}

/** The terminal's view; with a page, both are told everything. */
function openView(
  plans: readonly DrillPlan[],
  { quiet }: RunOptions,
  { stdout, colour }: Surroundings,
  page: LivePage | undefined,
): LiveView {
  const terminal = openLiveView({ stream: stdout, isTerminal: stdout.isTTY, quiet, colour, plan: livePlan(plans) });
  if (page === undefined) return terminal;
  terminal.note(`Live page: ${page.url}`);
  return {
    update: (sample) => {
      terminal.update(sample);
      page.update(sample);
    },
    note: (line) => {
      terminal.note(line);
      page.note(line);
    },
    close: () => terminal.close(),
  };
}

function livePlan(plans: readonly DrillPlan[]): LivePlan {
  const [first] = plans;
  if (first === undefined) throw usageError('no target to run');
  const curve = compileLoad(first.scenario.load, first.scenario.loadScale ?? 1);
  const target = plans.map((plan) => plan.target.name).join(', ');
  const peakPerSecond = Math.max(
    ...curve.phases.flatMap(({ startMs, endMs }) =>
      [startMs, (startMs + endMs) / 2, endMs - 1].map((at) => curve.rateAt(at)),
    ),
  );
  return { scenario: first.scenario.name, target, durationMs: curve.durationMs, peakPerSecond };
}

/** Bytes that one planned operation leaves on disk for a while: logs, database, history. Measured generously. */
const bytesPerArrival = 2_000;
const bytesAlways = 1_000_000_000;

/** The results' folder, made; nothing that is there already is overwritten. */
async function prepareResults(options: RunOptions, around: Surroundings, plans: readonly DrillPlan[]): Promise<string> {
  const [first] = plans;
  if (first === undefined) throw usageError('no target to run');
  const out = resolve(around.folder, options.out ?? join('results', first.run));
  if (existsSync(out) && (await readdir(out).catch(() => ['not a folder'])).length > 0)
    throw usageError(
      `--out ${options.out ?? out}: is there already and not empty; name a new folder, nothing is overwritten`,
    );
  try {
    await mkdir(out, { recursive: true });
  } catch (error) {
    throw usageError(
      `--out ${out}: cannot be made (${error instanceof Error ? error.message : String(error)}); name a folder that can be written`,
    );
  }
  const { bavail, bsize } = await statfs(out);
  const arrivals = compileLoad(first.scenario.load, first.scenario.loadScale ?? 1).arrivals;
  const needed = bytesAlways + arrivals * bytesPerArrival;
  if (bavail * bsize < needed)
    throw unavailable(
      `the disk of ${out} has ${((bavail * bsize) / 1e9).toFixed(1)} GB free and this drill may need ${(needed / 1e9).toFixed(1)} GB; free some, or lower --load-scale`,
    );
  return out;
}
