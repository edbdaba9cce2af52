import { join } from 'node:path';
import { usageError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { explained, reasonOf } from '../failure.ts';
import { baseSide, type Side } from '../gate/base-side.ts';
import type { Pair } from '../gate/compare-metrics.ts';
import { compareInvariants } from '../gate/compare-promises.ts';
import { compareSides } from '../gate/compare-sides.ts';
import { drillSide, type SideDrill } from '../gate/drill-side.ts';
import type { GateRun } from '../gate/gate-run.ts';
import { calibrationText, drillText, gateText } from '../gate/gate-text.ts';
import { marginsOf } from '../gate/margins.ts';
import type { SideRun } from '../gate/side-run.ts';
import { writeGate } from '../gate/write-gate.ts';
import { plain } from '../report/format.ts';
import type { Session } from '../session/session.ts';
import { startSession } from '../session/start-session.ts';
import { commitOf } from './commit.ts';
import { planDrills } from './plan-drills.ts';
import { openManyResults } from './results.ts';
import type { Surroundings } from './run.ts';

export interface GateOptions {
  readonly scenario: string;
  readonly target?: string;
  /** A git ref or a folder. */
  readonly base?: string;
  readonly pairs: number;
  /** As typed: `10%`, `p99=30%`, `p99=off`. */
  readonly margin: readonly string[];
  readonly calibrate: boolean;
  readonly seed: number;
  readonly stack: 'auto' | 'containers' | 'local' | 'external';
  readonly loadScale?: number;
  readonly set: readonly string[];
  readonly out?: string;
  readonly quiet: boolean;
}

/** `toofan gate`: base and head in turns; what there is of it stays, whatever ended it. */
export async function gate(options: GateOptions, around: Surroundings): Promise<ExitCode> {
  const begun = performance.now();
  const marginOf = marginsOf(options.margin);
  requireSense(options);
  const target = options.target === undefined ? [] : [options.target];
  const [planned] = await planDrills({ ...options, targets: target, shards: 1 }, around);
  if (planned === undefined) throw usageError('no target to drill');
  const note = (line: string) => void (options.quiet || around.stdout.write(`${plain(line)}\n`));
  await using session = await startSession();
  await using held = new AsyncDisposableStack();
  const head: Side = { folder: around.folder, name: 'head', commit: await commitOf(around.folder) };
  const base = options.calibrate
    ? { ...head, name: 'base' }
    : await baseSide(options.base ?? '', around.folder, session, held, around.signal, note);
  const results = await openManyResults({ ...planned, run: `gate-${planned.run}` }, around.folder, options.out);
  const drills: Drills = {
    base,
    head,
    options,
    target: planned.target.name,
    out: results.folder,
    session,
    around,
    note,
  };
  const so: SoFar = { pairs: [], base: [], head: [], drillsMs: [] };
  const runOf = (ended: string): GateRun => ({
    schema: 1,
    scenario: planned.scenario.name,
    target: planned.target.name,
    base: { name: options.calibrate ? 'head again' : base.name, commit: base.commit ?? null },
    head: { name: 'head', commit: head.commit ?? null },
    seed: options.seed,
    pairsPlanned: options.pairs,
    loadScale: options.loadScale ?? 1,
    comparison: compareSides({ ...so, planned: options.pairs }, marginOf),
    drillMs: so.drillsMs.length === 0 ? null : so.drillsMs.reduce((sum, ms) => sum + ms, 0) / so.drillsMs.length,
    tookMs: Math.round(performance.now() - begun),
    ended,
    command: around.command,
  });
  try {
    await drillPairs(drills, so);
  } catch (error) {
    const reason = around.signal.aborted ? around.signal.reason : explained(error);
    const run = runOf(reasonOf(reason));
    if (so.drillsMs.length > 0) {
      await writeGate(results.folder, run, so).catch(() => undefined);
      around.stdout.write(gateText(run, { colour: around.colour, folder: results.folder }));
    } else await results.close();
    throw reason;
  }
  const run = runOf('');
  await writeGate(results.folder, run, so);
  around.stdout.write(
    options.calibrate ? calibrationText(run, so) : gateText(run, { colour: around.colour, folder: results.folder }),
  );
  return options.calibrate ? ExitCode.pass : run.comparison.exitCode;
}

function requireSense({ calibrate, base, stack }: GateOptions): void {
  if (!calibrate && base === undefined)
    throw usageError('--base is missing: give what to compare with, such as --base origin/main, or --calibrate');
  if (calibrate && base !== undefined)
    throw usageError('--calibrate compares this folder with itself; leave --base out');
  if (stack === 'external')
    throw usageError('--stack external: a gate starts stores of its own for each drill; choose local or containers');
}

interface SoFar {
  readonly pairs: Pair[];
  readonly base: SideRun[];
  readonly head: SideRun[];
  readonly drillsMs: number[];
}

interface Drills {
  readonly base: Side;
  readonly head: Side;
  readonly options: GateOptions;
  readonly target: string;
  readonly out: string;
  readonly session: Session;
  readonly around: Surroundings;
  readonly note: (line: string) => void;
}

/** Pair after pair, in the order base, head, head, base, so that a machine that grows slower or faster favours neither. */
async function drillPairs(drills: Drills, so: SoFar): Promise<void> {
  const { options, note } = drills;
  note(
    `${options.pairs} pairs of ${options.scenario} on ${drills.target}: ${2 * options.pairs} drills, base and head in turns`,
  );
  for (let index = 0; index < options.pairs; index += 1) {
    const order = index % 2 === 0 ? (['base', 'head'] as const) : (['head', 'base'] as const);
    const runs: Partial<Record<'base' | 'head', SideRun>> = {};
    for (const which of order) {
      runs[which] = await drillOne(drills, which, index, so);
      so[which].push(runs[which]);
      if (which === 'head' && breaksWhatBaseKept(so)) break;
    }
    const { base, head } = runs;
    if (base !== undefined && head !== undefined) so.pairs.push({ seed: options.seed + index, base, head });
    if (breaksWhatBaseKept(so)) return;
  }
}

/** No margin, and no need of more evidence: one counterexample of what base has kept is enough. */
const breaksWhatBaseKept = ({ base, head }: SoFar): boolean =>
  base.length > 0 && compareInvariants(base, head).some(({ answer }) => answer === 'broken');

async function drillOne(drills: Drills, which: 'base' | 'head', index: number, so: SoFar): Promise<SideRun> {
  const { options, target, out, session, around, note } = drills;
  const { scenario, stack, loadScale, set } = options;
  const drill: SideDrill = { scenario, target, seed: options.seed + index, stack, loadScale, set };
  around.signal.throwIfAborted();
  const begun = performance.now();
  const folder = join(out, `pair-${index + 1}-${which}`);
  const run = await drillSide(drills[which], drill, folder, session, around.signal);
  const tookMs = performance.now() - begun;
  so.drillsMs.push(tookMs);
  note(drillText({ which, pair: index + 1, of: options.pairs, tookMs, run }));
  return run;
}
