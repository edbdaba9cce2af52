import { readFile, statfs } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { PlannedDrill } from '../drill/drill-plan.ts';
import { requireDisks } from '../drill/full-disk.ts';
import { unavailable, usageError, UserError } from '../errors.ts';
import { explained, reasonOf } from '../failure.ts';
import { nearestFolder } from '../folders.ts';
import { ExitCode, worst } from '../exit-code.ts';
import { unlessAborted } from '../interruption.ts';
import { exitCodeOf } from '../judge/verdict.ts';
import { compileLoad, peakOf } from '../load/load-curve.ts';
import { calibrate } from '../observe/machine/calibrate.ts';
import { type JudgedRun, overall } from '../report/judged-run.ts';
import { liveDrills } from '../live/live-drill.ts';
import { openLivePage, type LivePage } from '../live/live-page.ts';
import { openLiveView, type LiveView } from '../live/live-view.ts';
import type { LivePlan } from '../live/terminal-frame.ts';
import { serveMetrics } from '../live/prometheus/serve-metrics.ts';
import { terminalText, type TerminalTextOptions } from '../report/terminal.ts';
import { writeReports } from '../report/write-reports.ts';
import { startSession } from '../session/start-session.ts';
import { k6For } from '../load/drivers/k6/find-k6.ts';
import { findJava } from '../stack/tools/on-path.ts';
import { startStack } from '../stack/start-stack.ts';
import type { Consent } from '../stack/external/their-stores.ts';
import { consentOf, type ConsentOptions } from './consent.ts';
import { drillAndJudge } from './drill-and-judge.ts';
import { openResults, type Results } from './results.ts';
import { mostShards, planDrills, unionOfNeeds, type PlanOptions, type PlanSurroundings } from './plan-drills.ts';

export interface RunOptions extends PlanOptions, ConsentOptions {
  /** The results' folder; default `results/<run>`. */
  readonly out?: string;
  readonly quiet: boolean;
  /** The loopback port for Prometheus; none by default. */
  readonly metrics?: number;
  /** The port of the live page, 0 for any; no page by default. */
  readonly live?: number;
}

export interface Surroundings extends PlanSurroundings {
  readonly stdout: NodeJS.WriteStream;
  readonly colour: boolean;
  readonly signal: AbortSignal;
}

/**
 * `toofan run`: one scenario against one or several targets, each from a clean stack; returns their worst exit code. What exists
 * of a run stays, however it ends.
 */
export async function run(options: RunOptions, around: Surroundings): Promise<ExitCode> {
  const begun = performance.now();
  const took = () => performance.now() - begun;
  const planned = await planDrills(options, around);
  // Refused before anything is made.
  const consent = consentOf(options, around.registry.config);
  await using page = options.live === undefined ? undefined : await openPage(options.live, options, planned);
  await requireRoom(nearestFolder(resolve(around.folder, options.out ?? 'results')), planned);
  const results = await openResults(planned, options.out, around.folder);
  const live = openView(results.plans, options, around, page);
  const judged: JudgedRun[] = [];
  try {
    await drillAll(results, options, { ...around, live, page, consent }, (one) => judged.push(one));
  } catch (error) {
    const reason = around.signal.aborted ? around.signal.reason : explained(error);
    around.stdout.write(await results.aborted(judged, reason));
    const end = { exitCode: exitCodeOfError(reason), tookMs: took(), isAborted: true };
    // If even that cannot be written, the first failure is reported.
    if (judged.length > 0) await report(results, judged, around, end).catch(() => undefined);
    throw reason;
  } finally {
    live.close();
  }
  const exitCode = worst(judged.map(({ judgement }) => exitCodeOf(judgement)));
  const path = await report(results, judged, around, { exitCode, tookMs: took(), isAborted: false });
  await results.ended();
  await page?.end({ html: await readFile(path, 'utf8'), path }, overall(judged));
  return exitCode;
}

const exitCodeOfError = (error: unknown): ExitCode => (error instanceof UserError ? error.exitCode : ExitCode.internal);

/**
 * Writes the reports over everything judged, and prints the verdict, even if the reports cannot be written; then it rejects,
 * never passes.
 */
async function report(
  { folder }: Results,
  runs: readonly JudgedRun[],
  { stdout, colour }: Surroundings,
  end: Pick<TerminalTextOptions, 'exitCode' | 'tookMs' | 'isAborted'>,
): Promise<string> {
  const path = await writeReports(folder, runs).catch((error: unknown) => new Error(reasonOf(error), { cause: error }));
  const isWritten = typeof path === 'string';
  const exitCode = isWritten || end.exitCode !== ExitCode.pass ? end.exitCode : ExitCode.unavailable;
  const reportPath = isWritten ? path : `not written: ${path.message}`;
  stdout.write(terminalText(runs, { colour, width: stdout.columns ?? Infinity, reportPath, ...end, exitCode }));
  if (isWritten) return path;
  throw new UserError(
    exitCode,
    `${folder}: could not write the reports (${path.message}); the history is kept: fix this, then run \`toofan judge\``,
    { cause: path },
  );
}

interface Watched extends Surroundings {
  readonly live: LiveView;
  readonly page: LivePage | undefined;
  readonly consent: Consent;
}

/** Target after target on one stack; hands each over once it is judged and its `run.json` is written. */
async function drillAll(
  results: Results,
  options: RunOptions,
  { registry, folder, signal, live, page, consent }: Watched,
  onJudged: (run: JudgedRun) => void,
): Promise<void> {
  await using served = options.metrics === undefined ? null : await serveMetrics(options.metrics);
  if (served !== null) live.note(`Metrics: ${served.url}`);
  const begun = performance.now();
  if (options.shards > mostShards())
    live.note(
      `--shards ${options.shards}: at most ${mostShards()} generator processes (four per core); more would starve each other`,
    );
  await using session = await startSession();
  live.note('Measuring how fast this machine is');
  const calibration = await unlessAborted(signal, async () => calibrate(session.folder, (await findJava())?.path));
  // Before any store starts: it may need to be built, or be unavailable.
  const scenarios = results.plans.map(({ scenario }) => scenario);
  const k6 = await unlessAborted(signal, () =>
    k6For(scenarios, session, registry.config, folder, (line) => live.note(line)),
  );
  await using stack = await unlessAborted(signal, () =>
    startStack(options.stack, unionOfNeeds(results.plans), {
      session,
      config: registry.config,
      progress: (line) => live.note(line),
      consent,
    }),
  ).catch(async (error: unknown) => {
    if (!signal.aborted) await requireDisks([session.folder], error);
    throw error;
  });
  const stackUpMs = performance.now() - begun;
  live.note(`Stack: ${stack.kind}${stack.reason === '' ? '' : ` (${stack.reason})`}`);
  for (const plan of results.plans) {
    signal.throwIfAborted();
    page?.begin(plan.target.name);
    await results.begin(plan);
    const judged = await drillAndJudge(plan, {
      session,
      stack,
      stackUpMs,
      signal,
      onNote: (line) => live.note(line),
      onSample: (sample) => {
        live.update(sample);
        served?.metrics.live(sample);
      },
      metrics: served?.metrics,
      calibration,
      k6,
    });
    onJudged(judged);
  }
}

async function openPage(port: number, { quiet }: RunOptions, plans: readonly PlannedDrill[]): Promise<LivePage> {
  if (quiet && port === 0)
    throw usageError('--quiet --live: the address would not be shown; give a port, such as --live 8080');
  const [first] = plans;
  if (first === undefined) throw usageError('no target to run');
  const targets = plans.map(({ target }) => target.name);
  return openLivePage(port, liveDrills(first.scenario, targets));
}

/** The terminal's view; with a page, both get everything. */
function openView(
  plans: readonly PlannedDrill[],
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

function livePlan(plans: readonly PlannedDrill[]): LivePlan {
  const [first] = plans;
  if (first === undefined) throw usageError('no target to run');
  const curve = compileLoad(first.scenario.load, first.scenario.loadScale ?? 1);
  const target = plans.map((plan) => plan.target.name).join(', ');
  return { scenario: first.scenario.name, target, durationMs: curve.durationMs, peakPerSecond: peakOf(curve) };
}

/** Bytes that one planned operation occupies on disk for a while: logs, database, history. A generous estimate. */
const bytesPerArrival = 2_000;
const bytesAlways = 1_000_000_000;

/** Refuses (69) a disk that the drill may fill. */
async function requireRoom(folder: string, [first]: readonly PlannedDrill[]): Promise<void> {
  if (first === undefined) throw usageError('no target to run');
  const { bavail, bsize, blocks } = await statfs(folder);
  // No disk: the problem is reported when the folder is made.
  if (blocks === 0) return;
  const arrivals = compileLoad(first.scenario.load, first.scenario.loadScale ?? 1).arrivals;
  const needed = bytesAlways + arrivals * bytesPerArrival;
  if (bavail * bsize < needed)
    throw unavailable(
      `the disk of ${folder} has ${((bavail * bsize) / 1e9).toFixed(1)} GB free, but this drill may need ${(needed / 1e9).toFixed(1)} GB; free some, or lower --load-scale`,
    );
}
