import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Domain } from '../domains/domain.ts';
import type { HistoryTable } from '../history/schema.ts';
import type { PlannedDrill } from '../drill/drill-plan.ts';
import { badInput, usageError } from '../errors.ts';
import { faults, needsOfFaults } from '../faults/registry.ts';
import { objectives } from '../judge/objectives/registry.ts';
import { reachableStates } from '../judge/reached.ts';
import { compileLoad } from '../load/load-curve.ts';
import { journeyPath } from '../load/drivers/k6/visit-plan.ts';
import { readRecordedCurve } from '../load/recorded-curve.ts';
import type { Registry } from '../registry.ts';
import { didYouMean } from '../scenario/did-you-mean.ts';
import { resolveScenario } from '../scenario/resolve.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { scenarioShape, scenarioShapeWith } from '../scenario/shape.ts';
import { invariantNames } from '../scenario/validate-invariants.ts';
import { validateScenario } from '../scenario/validate.ts';
import { schemaProblems } from '../schema-problems.ts';
import type { PostgresNeed, StackFaultNeeds, StackNeeds } from '../stack/stack.ts';
import type { Target } from '../target/target.ts';
import { commitOf } from './commit.ts';
import { partsOf } from './fault-offer.ts';
import { targetNamed } from './target-named.ts';

export interface PlanOptions {
  readonly scenario: string;
  /** Names; if empty, the scenario's own target. */
  readonly targets: readonly string[];
  readonly seed: number;
  readonly timeScale?: number;
  readonly loadScale?: number;
  readonly shards: number;
  /** `path=value` assignments over the scenario. */
  readonly set: readonly string[];
}

export interface PlanSurroundings {
  readonly registry: Registry;
  readonly registryModule: string;
  /** The folder in which `toofan` was called. */
  readonly folder: string;
  /** The command line, to type again. */
  readonly command: string;
}

/** Names, overrides and the scenario itself, checked before anything starts; reports every problem at once. */
export async function planDrills(options: PlanOptions, around: PlanSurroundings): Promise<PlannedDrill[]> {
  const { registry } = around;
  const found = registry.scenarios.get(options.scenario);
  if (found === undefined) {
    const meant =
      targetMeant(options.scenario, registry) ?? didYouMean(options.scenario, [...registry.scenarios.keys()]);
    throw usageError(`unknown scenario '${options.scenario}'.${meant}`);
  }
  const { scenario: overridden, problems } = resolveScenario(found, options);
  if (problems.length > 0) throw usageError(problems.join('\n'));
  const domain = registry.domains.get(overridden.domain);
  const shape = domain === undefined ? scenarioShape : scenarioShapeWith(domain.world, faults, objectives);
  refuse(found.name, schemaProblems(shape, overridden));
  const scenario = await withRecordedCurves(overridden, around.folder);
  if (domain === undefined)
    throw badInput(
      `scenario ${scenario.name}: domain: unknown '${scenario.domain}'.${didYouMean(scenario.domain, [...registry.domains.keys()])}`,
    );
  const run = `${scenario.name}-${new Date().toISOString().replaceAll(/[:.]/g, '-').slice(0, 19)}`;
  const commit = await commitOf(around.folder);
  const names = options.targets.length > 0 ? [...new Set(options.targets)] : [scenario.target];
  return names.map((name) => {
    const target = targetNamed(name, registry, domain.name);
    if (target.domain !== domain.name)
      throw badInput(
        `the target ${target.name} belongs to the domain '${target.domain}', the scenario ${scenario.name} to '${domain.name}'`,
      );
    refuse(scenario.name, validateScenario(scenario, rulesFor(scenario, domain, target, registry)));
    if (scenario.visits !== undefined) requireJourney(scenario.name, scenario.visits.journey, around.folder);
    return {
      run,
      scenario: { ...scenario, invariants: invariantNames(scenario, domain) },
      domain,
      target,
      seed: options.seed,
      shards: Math.min(options.shards, mostShards()),
      registryModule: around.registryModule,
      folder: around.folder,
      command: around.command,
      commit,
    };
  });
}

/** ` It is a target: …` if the word names one. */
function targetMeant(word: string, { targets }: Registry): string | undefined {
  const found = [...targets.keys()].filter((name) => name === word || name.endsWith(`/${word}`));
  return found.length === 0
    ? undefined
    : ` It is a target: npx toofan run SCENARIO --target ${found.join(' or --target ')}`;
}

const shardsPerCore = 4;

/** Beyond this, generator processes keep each other from sending, and the broker from answering. */
export const mostShards = (): number => shardsPerCore * availableParallelism();

function refuse(scenario: string, problems: readonly string[]): void {
  if (problems.length > 0) throw badInput(problems.map((problem) => `scenario ${scenario}: ${problem}`).join('\n'));
}

/** Replay phases with the points of their files, so that the scenario in the history is self-contained. */
async function withRecordedCurves(scenario: Scenario, folder: string): Promise<Scenario> {
  const load = await Promise.all(
    scenario.load.map(async (phase) =>
      phase.shape === 'replay' && phase.points === undefined
        ? { ...phase, points: await readRecordedCurve(resolve(folder, phase.file)) }
        : phase,
    ),
  );
  return { ...scenario, load };
}

function requireJourney(scenario: string, journey: string, folder: string): void {
  const path = journeyPath(journey, folder);
  if (!existsSync(path))
    throw badInput(
      `scenario ${scenario}: visits.journey: ${path} does not exist; paths start at the folder of toofan.config.ts`,
    );
}

const rulesFor = (scenario: Scenario, domain: Domain, target: Target, registry: Registry) => ({
  domain,
  objectives,
  faults,
  victims: victimsOf(domain, registry),
  states: reachableStates(domain),
  actions: new Set([...registry.targets.values()].flatMap(({ actions = {} }) => Object.keys(actions))),
  target: {
    name: target.name,
    tables: suppliedTables(scenario, target),
    readModel: target.readModel !== undefined,
    http: target.http !== undefined,
  },
});

/** Everything that a fault can name in some target of a domain, by parameter. */
function victimsOf(domain: Domain, registry: Registry): Readonly<Record<string, readonly string[]>> {
  const targets = [...registry.targets.values()].filter((target) => target.domain === domain.name);
  const parts = targets.map((target) => partsOf(target));
  return {
    store: distinct(parts.map(({ stores }) => stores)),
    server: distinct(targets.map(({ needs }) => Object.keys(needs.postgres))),
    topic: distinct(parts.map(({ topics }) => topics)),
    group: distinct(parts.map(({ groups }) => groups)),
    process: distinct(parts.map(({ processes }) => processes.map(({ name }) => name))),
    dependency: distinct(parts.map(({ dependencies }) => dependencies)),
  };
}

const distinct = (names: readonly (readonly string[])[]): string[] => [...new Set(names.flat())];

function suppliedTables({ visits }: Scenario, target: Target): Set<HistoryTable> {
  const tables = new Set<HistoryTable>(['operations', 'appends', 'decisions', 'events', 'samples', 'catalogue']);
  if (visits !== undefined && target.http !== undefined) tables.add('answers').add('requests');
  if (target.effects.length > 0) tables.add('effects');
  if (target.balances.length > 0) tables.add('balances');
  return tables;
}

/** With more, a broker makes up for its longer compilation: half a minute at a few thousand per second. */
const briefArrivals = 100_000;

/** What all drills together need of their shared stack. */
export function unionOfNeeds(plans: readonly Pick<PlannedDrill, 'scenario' | 'target'>[]): StackNeeds {
  const targets = plans.map(({ target }) => target);
  return {
    topics: Object.assign({}, ...targets.map(({ needs }) => needs.topics)),
    clashing: clashingTopics(targets),
    groups: targets.flatMap(({ consumerGroups }) => consumerGroups),
    postgres: sharedServers(targets),
    redis: targets.some(({ needs }) => needs.redis),
    faults: faultNeedsOf(plans.map(({ scenario }) => scenario)),
    brief: plans.every(
      ({ scenario: { load, loadScale } }) => compileLoad(load, loadScale ?? 1).arrivals <= briefArrivals,
    ),
  };
}

function clashingTopics(targets: readonly Target[]): string[] {
  const wanted = targets.flatMap(({ needs }) => Object.entries(needs.topics));
  const byName = Map.groupBy(wanted, ([name]) => name);
  return [...byName].flatMap(([name, all]) =>
    new Set(all.map(([, { partitions }]) => partitions)).size > 1 ? [name] : [],
  );
}

/** A server shared by several targets is configured for the most demanding one; its schema is recreated for each. */
function sharedServers(targets: readonly Target[]): Record<string, PostgresNeed> {
  const servers: Record<string, PostgresNeed> = {};
  for (const [name, need] of targets.flatMap(({ needs }) => Object.entries(needs.postgres))) {
    servers[name] = { ...need, settings: largest(servers[name]?.settings, need.settings) };
  }
  return servers;
}

type Settings = NonNullable<PostgresNeed['settings']>;

/** All settings of both; of two numbers the larger. */
function largest(one: Settings = {}, other: Settings = {}): Settings {
  const both: Record<string, string | number> = { ...one, ...other };
  for (const [name, value] of Object.entries(one)) {
    const otherValue = other[name];
    if (typeof value === 'number' && typeof otherValue === 'number') both[name] = Math.max(value, otherValue);
  }
  return both;
}

/** Bytes of a planned arrival in Kafka's log: its operations, decisions, indexes; a generous estimate. */
const logBytesPerArrival = 1_500;
const leastVolumeMiB = 1_024;

function faultNeedsOf(scenarios: readonly Scenario[]): StackFaultNeeds {
  const needs = scenarios.map(needsOfFaults);
  const arrivals = Math.max(...scenarios.map(({ load, loadScale }) => compileLoad(load, loadScale ?? 1).arrivals));
  return {
    proxies: needs.some(({ proxies }) => proxies === true),
    ...(needs.some(({ logVolume }) => logVolume === true) && {
      logVolumeMiB: leastVolumeMiB + Math.ceil((arrivals * logBytesPerArrival) / 2 ** 20),
    }),
  };
}
