import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlannedDrill } from '../drill/drill-plan.ts';
import { usageError, UserError } from '../errors.ts';
import { ExitCode, worst } from '../exit-code.ts';
import { faults as allFaults } from '../faults/registry.ts';
import { unlessAborted } from '../interruption.ts';
import { compileLoad } from '../load/load-curve.ts';
import type { Registry } from '../registry.ts';
import { plain } from '../report/format.ts';
import { seedText, shrunkText, soakText, type SeedResult } from '../report/soak.ts';
import { didYouMean } from '../scenario/did-you-mean.ts';
import type { ScheduledFault } from '../scenario/scenario.ts';
import { startStack } from '../stack/start-stack.ts';
import { DrillStack } from './drill-stack.ts';
import { faultOffer, machineOffer } from './fault-offer.ts';
import { faultSchedule, strikable } from './fault-schedule.ts';
import { consentOf, type ConsentOptions } from './consent.ts';
import { planDrills, unionOfNeeds } from './plan-drills.ts';
import { openManyResults } from './results.ts';
import type { Surroundings } from './run.ts';
import { drillSeed, type SoakDrills } from './seed-drill.ts';
import { shortDrillFaults, shortDrillWindow, shortened } from './short-drill.ts';
import { shrink } from './shrink.ts';
import { targetNamed } from './target-named.ts';

export interface SoakOptions extends ConsentOptions {
  readonly target?: string;
  readonly seeds: number;
  readonly firstSeed: number;
  /** Wall time of the whole soak. */
  readonly minutes?: number;
  readonly shrink: boolean;
  /** Drills of a few seconds, with worker faults and redelivered records. */
  readonly short: boolean;
  /** Fault types to draw from; if empty, all that can strike. */
  readonly faults: readonly string[];
  readonly quiet: boolean;
}

/** Maximum number of real drills for shrinking one failing schedule. */
const shrinkAttempts = 16;
/** A drill's approximate time besides its load: a clean stack, processes, the drain, logs, the judge. */
const besideLoadMs = 20_000;

interface Seed {
  readonly seed: number;
  readonly faults: readonly ScheduledFault[];
}

/** `toofan soak`: random faults, one schedule per seed, over a small surge; returns the worst exit code of all seeds. */
export async function soak(options: SoakOptions, around: Surroundings): Promise<ExitCode> {
  const { stdout, colour } = around;
  const clock = new Clock(options.minutes);
  const consent = consentOf(options, around.registry.config);
  const note = (line: string) => void (options.quiet || stdout.write(`${plain(line)}\n`));
  const scenario = scenarioFor(options, around.registry);
  const [planned] = await planDrills(
    {
      scenario,
      targets: options.target === undefined ? [] : [options.target],
      seed: 0,
      shards: 1,
      set: [],
    },
    around,
  );
  if (planned === undefined) throw new Error(`no plan for ${scenario}`);
  const base = options.short ? { ...planned, scenario: shortened(planned.scenario) } : planned;
  const seeds = await schedulesOf(options, base, note);
  const needs = unionOfNeeds(
    seeds.map(({ faults }) => ({ target: base.target, scenario: { ...base.scenario, faults } })),
  );
  await using stack = new DrillStack(
    (session) =>
      unlessAborted(around.signal, () =>
        startStack(options.stack, needs, { session, config: around.registry.config, progress: note, consent }),
      ),
    note,
  );
  const kept = await openManyResults(base, around.folder);
  const out = kept.folder;
  const drills: SoakDrills = {
    base: { ...base, run: kept.run },
    stack,
    commandOf: (seed) => repeatCommand(options, base, seed),
  };
  const results: SeedResult[] = [];
  try {
    await drillAll({ seeds, drills, out, options, around, clock }, (result) => results.push(result));
  } finally {
    const isKept = await kept.close();
    const failing = results.filter(({ verdict }) => verdict === 'fail');
    const repeats = failing.map(({ seed }) => ({
      seed,
      command: drills.commandOf(seed),
      report: join(out, String(seed), 'report.html'),
    }));
    if (results.length > 0) stdout.write(soakText(results, seeds.length, repeats, { colour }));
    if (isKept) stdout.write(`Kept in ${plain(out)}\n`);
  }
  if (results.length === 0)
    throw new UserError(
      ExitCode.inconclusive,
      `--minutes ${options.minutes}: no drill finished in that time, so nothing was judged; one takes about ${Math.ceil(clock.drillMs / 1_000)} s`,
    );
  return worst(results.map(({ code }) => code));
}

/** The scenario of the target's own domain, `<domain>-soak`; `soak` if there is none, or no target is named. */
function scenarioFor({ target }: SoakOptions, { scenarios, targets }: Registry): string {
  const own = target === undefined ? '' : `${targetNamed(target, { targets }).domain}-soak`;
  return scenarios.has(own) ? own : 'soak';
}

/** Every seed's schedule, before anything starts; refuses (64) unknown fault names, and an offer in which nothing can strike. */
async function schedulesOf(
  { seeds, firstSeed, stack, short, faults }: SoakOptions,
  { target, scenario }: PlannedDrill,
  note: (line: string) => void,
): Promise<Seed[]> {
  const known = [...allFaults.keys()];
  const only = short && faults.length === 0 ? shortDrillFaults : faults;
  const unknown = only.filter((type) => !known.includes(type));
  if (unknown.length > 0)
    throw usageError(unknown.map((type) => `--faults: unknown fault '${type}'.${didYouMean(type, known)}`).join('\n'));
  const offer = faultOffer(target, await machineOffer(stack));
  const types = strikable(offer, only);
  if (types.length === 0)
    throw usageError(
      `--faults: none of ${only.join(', ')} can strike ${target.name} here; those that can: ${strikable(offer).join(', ')}`,
    );
  const cannot = (only.length > 0 ? only : known).filter((type) => !types.includes(type));
  if (cannot.length > 0) note(`Cannot strike ${target.name} here: ${cannot.join(', ')}`);
  return Array.from({ length: seeds }, (_, index) => {
    const seed = firstSeed + index;
    return { seed, faults: faultSchedule(seed, offer, scenario, only, short ? shortDrillWindow : undefined) };
  });
}

const repeatCommand = ({ stack, short, faults }: SoakOptions, { target }: PlannedDrill, seed: number): string =>
  [
    `npx toofan soak --target ${target.name} --seeds 1 --first-seed ${seed}`,
    ...(short ? ['--short'] : []),
    ...(stack === 'auto' ? [] : [`--stack ${stack}`]),
    ...(faults.length === 0 ? [] : [`--faults ${faults.join(',')}`]),
  ].join(' ');

/** The remaining wall time, and how much of it one more drill may need. */
class Clock {
  readonly #begun = performance.now();
  readonly #withinMs: number;
  #drillMs = 0;
  /** Aborted when the time is up. */
  readonly over: AbortSignal;

  constructor(minutes: number | undefined) {
    this.#withinMs = minutes === undefined ? Number.POSITIVE_INFINITY : minutes * 60_000;
    this.over = minutes === undefined ? new AbortController().signal : AbortSignal.timeout(this.#withinMs);
  }

  /** The next drill may take as long as the slowest one so far. */
  expect(drillMs: number): void {
    this.#drillMs = Math.max(this.#drillMs, drillMs);
  }

  /** What one drill may take. */
  get drillMs(): number {
    return this.#drillMs;
  }

  /** How many drills still fit into the time. */
  drillsLeft(): number {
    return Math.max(0, Math.floor((this.#withinMs - (performance.now() - this.#begun)) / this.#drillMs));
  }
}

interface Soaking {
  readonly seeds: readonly Seed[];
  readonly drills: SoakDrills;
  readonly out: string;
  readonly options: SoakOptions;
  readonly around: Surroundings;
  readonly clock: Clock;
}

/** Drills seed after seed until all are done or the time is up. */
async function drillAll(soaking: Soaking, onResult: (result: SeedResult) => void): Promise<void> {
  const { seeds, drills, out, options, around, clock } = soaking;
  const { load, loadScale } = drills.base.scenario;
  clock.expect(compileLoad(load, loadScale ?? 1).durationMs + besideLoadMs);
  const signal = AbortSignal.any([around.signal, clock.over]);
  try {
    for (const { seed, faults } of seeds) {
      if (clock.drillsLeft() < 1) return;
      const begun = performance.now();
      const result = await drillSeed(drills, seed, faults, join(out, String(seed)), signal);
      clock.expect(performance.now() - begun);
      onResult(result);
      around.stdout.write(seedText(result, around));
      if (options.shrink && result.verdict === 'fail') await shrinkSeed(soaking, result, signal);
    }
  } catch (error) {
    around.signal.throwIfAborted();
    if (!clock.over.aborted) throw error;
    // A drill cut off after taking longer than any before: it shows nothing, and is not counted.
  }
}

/** Shrinks a failing schedule by real drills and prints the result. */
async function shrinkSeed(
  { drills, out, around, clock }: Soaking,
  failing: SeedResult,
  signal: AbortSignal,
): Promise<void> {
  const { stdout } = around;
  const most = Math.min(shrinkAttempts, clock.drillsLeft());
  if (most < 1) return;
  const failsAlike = async (faults: readonly ScheduledFault[]): Promise<boolean> => {
    const attempt = await drillSeed(drills, failing.seed, faults, join(out, `${failing.seed}-smaller`), signal);
    await rm(join(out, `${failing.seed}-smaller`), { recursive: true, force: true });
    return attempt.broken.some((name) => failing.broken.includes(name));
  };
  stdout.write(shrunkText(failing, await shrink(failing.faults, failsAlike, most)));
}
