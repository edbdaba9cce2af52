/** What `toofan capacity` was asked for, made into a search: every slip is refused before anything starts. */
import { cpus, totalmem } from 'node:os';
import type { CapacityOf } from '../capacity/capacity-of.ts';
import type { CapacitySettings } from '../capacity/capacity-shape.ts';
import { cliffScenario } from '../capacity/cliff.ts';
import { holdMsFor, holdObjectives, holdScenario, settleMs } from '../capacity/hold-scenario.ts';
import { nextHold, type SearchSettings } from '../capacity/search.ts';
import type { SearchedHold } from '../capacity/searched-hold.ts';
import type { PlannedDrill } from '../drill/drill-plan.ts';
import { badInput, usageError } from '../errors.ts';
import { scenarioSha256 } from '../history/parts.ts';
import { compileLoad, peakOf } from '../load/load-curve.ts';
import type { Scenario, ScheduledFault } from '../scenario/scenario.ts';
import { duration } from '../report/format.ts';
import { partsOf } from './fault-offer.ts';
import { planDrills } from './plan-drills.ts';
import type { Surroundings } from './run.ts';
import { standingFault } from './standing-fault.ts';

/** Beside its load a hold takes about so long: a clean stack, processes, the drain, logs, the judge. */
export const besideLoadMs = 20_000;
const longestHoldMs = 600_000;
/** Who names no lowest rate does not wait longer than this for a hold of it. */
const longestWithoutAskingMs = 60_000;
/** The source asks for a hundred times the normal rate (4579). */
const headroom = 100;
const defaults = { scenario: 'smoke', width: 0.05, confirm: 3, holdMs: 30_000, seed: 1 };

export interface SearchFlags {
  readonly scenario?: string;
  readonly target?: string;
  readonly from?: number;
  readonly to?: number;
  readonly width?: number;
  readonly confirm?: number;
  readonly hold?: number;
  readonly under?: string;
  readonly seed?: number;
  readonly set: readonly string[];
  readonly cliff: boolean;
  readonly stack: CapacitySettings['stack'];
}

/** A search, planned: the drill of any rate of it. */
export interface PlannedSearch {
  readonly base: PlannedDrill;
  readonly of: Omit<CapacityOf, 'run'>;
  readonly holdMs: (perSecond: number) => number;
  readonly drillAt: (perSecond: number, seed: number) => Promise<PlannedDrill>;
  readonly cliffAt: (capacity: number, seed: number) => Promise<PlannedDrill>;
}

/** Refuses (64, 65) names, rates and scenarios that cannot be searched. */
export async function planSearch(flags: SearchFlags, around: Surroundings): Promise<PlannedSearch> {
  const scenario = flags.scenario ?? defaults.scenario;
  const base = await planned(scenario, flags, around);
  if (base.scenario.visits !== undefined)
    throw usageError(
      `scenario ${scenario}: has visits over HTTP, and a capacity is searched over topics alone; take one without visits`,
    );
  const from =
    flags.from ??
    Math.max(1, Math.round(plannedForOf(base).normalPerSecond * (base.scenario.loadScale ?? 1)), briefEnough(base));
  const to = flags.to ?? from * headroom;
  if (to <= from) throw usageError(`--to ${to}: must be above --from ${from}`);
  const settings: CapacitySettings = {
    from,
    to,
    width: flags.width ?? defaults.width,
    confirm: flags.confirm ?? defaults.confirm,
    holdMs: flags.hold ?? defaults.holdMs,
    seed: flags.seed ?? defaults.seed,
    stack: flags.stack,
    under: flags.under ?? null,
    set: [...flags.set],
    cliff: flags.cliff,
  };
  return searchOf(base, settings, around);
}

/** The same search again, from what it says of itself. Refuses (65) where what it was about is no longer the same. */
export async function replanSearch(of: CapacityOf, around: Surroundings): Promise<PlannedSearch> {
  const { scenario, target, settings, machine } = of;
  const base = await planned(scenario, { ...settings, target }, around);
  const search = await searchOf(base, settings, around);
  const here = search.of.machine;
  if (
    here.cpus !== machine.cpus ||
    Math.abs(here.memoryMiB / machine.memoryMiB - 1) > 0.1 ||
    here.platform !== machine.platform
  )
    throw badInput(
      `--resume: measured on another machine (${machine.cpus} cores, ${machine.platform}; here ${here.cpus} cores, ${here.platform}); begin a new search`,
    );
  if (search.of.scenarioSha256 !== of.scenarioSha256)
    throw badInput(`--resume: the scenario ${scenario} has changed since; begin a new search`);
  return search;
}

async function planned(
  scenario: string,
  { target, seed, set }: Pick<SearchFlags, 'target' | 'seed' | 'set'>,
  around: Surroundings,
): Promise<PlannedDrill> {
  const options = {
    scenario,
    targets: target === undefined ? [] : [target],
    seed: seed ?? defaults.seed,
    shards: 1,
    set,
  };
  const [base] = await planDrills(options, around);
  if (base === undefined) throw new Error(`no plan for ${scenario}`);
  return base;
}

async function searchOf(base: PlannedDrill, settings: CapacitySettings, around: Surroundings): Promise<PlannedSearch> {
  const { scenario, target, domain } = base;
  const { longestPause } = target;
  const holdMs = (perSecond: number) => holdMsFor(scenario, perSecond, { atLeastMs: settings.holdMs, longestPause });
  if (holdMs(settings.from) > longestHoldMs)
    throw usageError(
      `--from ${settings.from}: one hold would take ${duration(holdMs(settings.from))} to have evidence enough; begin at a higher rate`,
    );
  if (holdObjectives(scenario).length === 0 && scenario.invariants.length === 0)
    throw badInput(`scenario ${scenario.name}: has neither objectives nor invariants that a hold could miss`);
  const underAt = async (perSecond: number): Promise<{ readonly under?: ScheduledFault }> =>
    settings.under === null
      ? {}
      : { under: await standingFault(settings.under, target, settings.stack, settleMs / 2 + holdMs(perSecond)) };
  const drillOf = (held: Scenario, seed: number): Promise<PlannedDrill> => {
    const scenarios = new Map([[held.name, held]]);
    return planned(
      held.name,
      { target: target.name, seed, set: [] },
      { ...around, registry: { ...around.registry, scenarios } },
    );
  };
  const drillAt = async (perSecond: number, seed: number): Promise<PlannedDrill> =>
    drillOf(holdScenario(scenario, { perSecond, holdMs: holdMs(perSecond), ...(await underAt(perSecond)) }), seed);
  const cliffAt = (capacity: number, seed: number): Promise<PlannedDrill> =>
    drillOf(cliffScenario(scenario, capacity), seed);
  // What is wrong with a hold's scenario shows now.
  const first = await drillAt(settings.from, settings.seed);
  return {
    base,
    holdMs,
    drillAt,
    cliffAt,
    of: {
      scenario: scenario.name,
      target: target.name,
      primaryPlural: domain.primaryPlural,
      settings,
      machine: {
        cpus: cpus().length,
        memoryMiB: Math.round(totalmem() / 2 ** 20),
        platform: `${process.platform} ${process.arch}`,
        node: process.version,
      },
      scenarioSha256: scenarioSha256(first.scenario),
      plannedFor: plannedForOf(base),
    },
  };
}

/** The lowest rate at which a hold has its evidence within a minute: some scenarios are of a few operations per second. */
const briefEnough = ({ scenario }: PlannedDrill): number =>
  Math.ceil(holdMsFor(scenario, 1, { atLeastMs: 0 }) / longestWithoutAskingMs);

/** What its plan sheet is reckoned from: real rates, whatever the load scale. */
function plannedForOf({ scenario, target }: PlannedDrill): CapacityOf['plannedFor'] {
  const curve = compileLoad(scenario.load, 1);
  const judgedFrom = curve.phases.find(({ warmUp }) => !warmUp)?.startMs ?? 0;
  const inputs = Object.values(target.needs.topics).filter(({ role }) => role === 'input');
  return {
    normalPerSecond: Math.max(1, curve.rateAt(judgedFrom)),
    peakPerSecond: Math.max(1, peakOf(curve)),
    workers: Math.max(1, ...partsOf(target).processes.map(({ count }) => count)),
    partitions: Math.max(1, Math.min(...inputs.map(({ partitions }) => partitions))),
  };
}

/** How many holds a search may take, and how long: the most over pipelines of several capacities. */
export function expectedSearch(
  settings: SearchSettings,
  holdTakesMs: (perSecond: number) => number,
): { holds: number; ms: number } {
  const found = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const capacity = settings.from * (settings.to / settings.from) ** share;
    const holds: SearchedHold[] = [];
    for (let next = nextHold(settings, holds); next !== null; next = nextHold(settings, holds))
      holds.push({ ...next, verdict: next.perSecond <= capacity ? 'held' : 'failed' });
    return { holds: holds.length, ms: holds.reduce((sum, { perSecond }) => sum + holdTakesMs(perSecond), 0) };
  });
  return { holds: Math.max(...found.map(({ holds }) => holds)), ms: Math.max(...found.map(({ ms }) => ms)) };
}
