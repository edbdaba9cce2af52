import { z } from 'zod';
import type { Domain, HistoryTable } from '../domains/domain.ts';
import { schemaProblems } from '../schema-problems.ts';
import { didYouMean } from './nearest.ts';
import type { FaultSpec, LoadPhase, Moment, ObjectiveSpec, Scenario } from './scenario.ts';
import { durationMs } from './time.ts';

/** What a scenario is checked against; the rest of the harness hands it in. */
export interface Rules {
  readonly domain: Domain;
  /** Validation of an objective's parameters, by type. */
  readonly objectives: ReadonlyMap<string, { validate(spec: never, scenario: Scenario): string[] }>;
  /** Schemas of a fault's parameters, by type. */
  readonly faults: ReadonlyMap<string, { readonly parameters: Readonly<Record<string, z.ZodType>> }>;
  /** What faults can name of some target, by the parameter that does (`topic`, `process` …); anything where it is left out. */
  readonly victims?: Readonly<Record<string, readonly string[]>>;
  /** Every action that some target knows. */
  readonly actions: ReadonlySet<string>;
  /** What the target can supply, and its name for the message. */
  readonly target: {
    readonly name: string;
    readonly tables: ReadonlySet<HistoryTable>;
    readonly readModel: boolean;
    /** Whether shoppers can come to it over HTTP. */
    readonly http: boolean;
  };
}

/** Above these a drill is a slip of the keyboard: a rate no client can send, a day that no one waits for. */
const maxPerSecond = 1_000_000;
const maxPhaseMs = 24 * 3_600_000;
const maxTimeScale = 100_000;
const maxCalibrationMs = 60_000;

/** Every problem of what a scenario of the right shape (shape.ts) says, all at once, each beginning with its path. */
export function validateScenario(scenario: Scenario, rules: Rules): string[] {
  return [
    ...scales(scenario),
    ...scenario.load.flatMap((phase, index) => loadPhase(phase, `load[${index}]`, index === 0)),
    ...wholeLoad(scenario),
    ...mix(scenario, rules.domain),
    ...visits(scenario, rules),
    ...rules.domain.validateWorld(scenario.world),
    ...faults(scenario, rules),
    ...actions(scenario, rules),
    ...objectives(scenario, rules),
    ...invariants(scenario, rules),
    ...(durationMs(scenario.drainDeadline) === undefined ? [notDuration('drainDeadline', scenario.drainDeadline)] : []),
    ...boundsFor(scenario),
    ...(scenario.sources.length === 0 ? ['sources: name at least one, every number of a scenario has a source'] : []),
  ];
}

const shown = (value: unknown) => JSON.stringify(value) ?? String(value);
const notDuration = (path: string, value: unknown) =>
  `${path}: not a duration such as '500ms', '5s', '30min': ${shown(value)}`;

function positive(path: string, value: unknown, max: number): string[] {
  if (typeof value === 'number' && value > 0 && value <= max) return [];
  return [`${path}: a number above 0, at most ${max.toLocaleString('en')}: ${shown(value)}`];
}

/** A machine on which work takes no time would excuse everything. */
function boundsFor({ boundsFor: machine }: Scenario): string[] {
  if (machine === undefined) return [];
  const { coreMs, pairMs, fsyncMs, jvmStartMs } = machine;
  return [
    ...positive('boundsFor.coreMs', coreMs, maxCalibrationMs),
    ...positive('boundsFor.pairMs', pairMs, maxCalibrationMs),
    ...positive('boundsFor.fsyncMs', fsyncMs, maxCalibrationMs),
    ...(jvmStartMs === undefined ? [] : positive('boundsFor.jvmStartMs', jvmStartMs, maxCalibrationMs)),
  ];
}

function rate(path: string, value: unknown): string[] {
  if (typeof value === 'number' && value >= 0 && value <= maxPerSecond) return [];
  return [`${path}: a rate per second from 0 to ${maxPerSecond.toLocaleString('en')}: ${shown(value)}`];
}

function span(path: string, value: unknown, least = 0): string[] {
  const found = durationMs(value);
  if (found === undefined) return [notDuration(path, value)];
  if (found > maxPhaseMs) return [`${path}: longer than a day: ${shown(value)}`];
  return found < least ? [`${path}: must be longer than 0: ${shown(value)}`] : [];
}

function scales(scenario: Scenario): string[] {
  const arrivals: unknown = scenario.arrivals;
  return [
    ...positive('timeScale', scenario.timeScale, maxTimeScale),
    ...(scenario.loadScale === undefined ? [] : positive('loadScale', scenario.loadScale, 1_000)),
    ...(arrivals === undefined || arrivals === 'uniform' || arrivals === 'poisson'
      ? []
      : [`arrivals: 'uniform' or 'poisson': ${shown(arrivals)}`]),
  ];
}

function loadPhase(phase: LoadPhase, path: string, isFirst: boolean): string[] {
  const unknownShape = `${path}.shape: unknown: ${shown(phase.shape)}.${didYouMean(phase.shape, ['steady', 'ramp', 'surge', 'decay', 'replay'])}`;
  const noRateBefore = isFirst
    ? [`${path}: begins from the rate before it, and it is the first; put a steady phase first`]
    : [];
  switch (phase.shape) {
    case 'steady':
      return [...rate(`${path}.perSecond`, phase.perSecond), ...span(`${path}.for`, phase.for, 1)];
    case 'ramp':
      return [
        ...(phase.from === undefined ? noRateBefore : rate(`${path}.from`, phase.from)),
        ...rate(`${path}.to`, phase.to),
        ...span(`${path}.within`, phase.within, 1),
      ];
    case 'surge':
      return [
        ...noRateBefore,
        ...rate(`${path}.to`, phase.to),
        ...span(`${path}.within`, phase.within),
        ...span(`${path}.hold`, phase.hold),
      ];
    case 'decay':
      return [
        ...noRateBefore,
        ...rate(`${path}.to`, phase.to),
        ...span(`${path}.halfLife`, phase.halfLife, 1),
        ...span(`${path}.for`, phase.for, 1),
      ];
    case 'replay':
      return [
        ...positive(`${path}.speed`, phase.speed, 10_000),
        ...((phase.points?.length ?? 0) >= 2
          ? []
          : [`${path}.file: a curve has at least two points: ${shown(phase.file)}`]),
      ];
    default:
      return [unknownShape];
  }
}

function wholeLoad(scenario: Scenario): string[] {
  if (scenario.load.length === 0) return ['load: at least one phase'];
  const problems: string[] = [];
  const names = scenario.load.map((phase) => phase.name);
  names.forEach((name, index) => {
    if (names.indexOf(name) !== index)
      problems.push(
        `load[${index}].name: '${name}' is taken by load[${names.indexOf(name)}]; give it a name of its own`,
      );
  });
  if (scenario.load.every((phase) => phase.warmUp === true))
    problems.push('load: nothing but warm-up; objectives would have nothing to judge');
  const firstReal = scenario.load.findIndex((phase) => phase.warmUp !== true);
  scenario.load.forEach((phase, index) => {
    if (phase.warmUp === true && firstReal >= 0 && index > firstReal)
      problems.push(`load[${index}].warmUp: warm-up comes first; story time starts where it ends`);
  });
  return problems;
}

function mix(scenario: Scenario, domain: Domain): string[] {
  return Object.entries(scenario.mix).flatMap(([kind, share]) => {
    if (!domain.companionKinds.includes(kind))
      return [`mix.${kind}: ${domain.name} knows no such kind.${didYouMean(kind, domain.companionKinds)}`];
    return share >= 0 && share <= 1 ? [] : [`mix.${kind}: a share from 0 to 1: ${shown(share)}`];
  });
}

function visits({ visits: found, arrivals }: Scenario, { target }: Rules): string[] {
  if (found === undefined) return [];
  const { everyNth, journey, lasts }: { everyNth: unknown; journey: unknown; lasts: unknown } = found;
  return [
    ...(target.http
      ? []
      : [`visits: the target ${target.name} has no shop; leave them out, or let it say where it is (\`http\`)`]),
    ...(typeof everyNth === 'number' && Number.isInteger(everyNth) && everyNth >= 1
      ? []
      : [`visits.everyNth: a whole number from 1, 1 for every arrival: ${shown(everyNth)}`]),
    ...(typeof journey === 'string' && journey !== ''
      ? []
      : [`visits.journey: the path of a module: ${shown(journey)}`]),
    ...span('visits.lasts', lasts, 1),
    ...(arrivals === 'poisson' ? [`arrivals: visitors come as k6 paces them, which is 'uniform'; leave it out`] : []),
  ];
}

function moment(at: Moment, path: string, scenario: Scenario): string[] {
  if ('storyMs' in at)
    return Number.isFinite(at.storyMs) && at.storyMs >= 0 ? [] : [`${path}: story time from 0: ${shown(at.storyMs)}`];
  return [...phaseName(at.phase, `${path}.phase`, scenario), ...span(`${path}.after`, at.after)];
}

function phaseName(name: string, path: string, scenario: Scenario): string[] {
  const names = scenario.load.map((phase) => phase.name);
  return names.includes(name) ? [] : [`${path}: no phase is called '${name}'.${didYouMean(name, names)}`];
}

function faults(scenario: Scenario, rules: Rules): string[] {
  return scenario.faults.flatMap(({ at, fault }, index) => {
    const path = `faults[${index}]`;
    const rule = rules.faults.get(fault.type);
    if (rule === undefined)
      return [
        `${path}.fault.type: no fault is called '${fault.type}'.${didYouMean(fault.type, [...rules.faults.keys()])}`,
      ];
    const under = (problem: string) => `${path}.fault.${problem}`;
    return [
      ...moment(at, `${path}.at`, scenario),
      ...(fault.recoverWithin === undefined ? [] : span(`${path}.fault.recoverWithin`, fault.recoverWithin, 1)),
      ...schemaProblems(z.strictObject({ ...ofEveryFault, ...rule.parameters }), fault).map(under),
      ...victims(fault, rules).map(under),
    ];
  });
}

/** Checked by hand, so that their problems are told in the words of everything else. */
const ofEveryFault = { type: z.unknown(), recoverWithin: z.unknown().optional() };

/** A part that no target has is a slip; one that only another target has is not. */
function victims(fault: FaultSpec, { domain, victims: known = {} }: Rules): string[] {
  return Object.entries(known).flatMap(([parameter, names]) => {
    const wanted = fault[parameter];
    if (typeof wanted !== 'string' || names.includes(wanted)) return [];
    return [`${parameter}: no target of ${domain.name} has '${wanted}'.${didYouMean(wanted, names)}`];
  });
}

/** An action that no target knows is a slip; one that only another target knows is not. */
function actions(scenario: Scenario, rules: Rules): string[] {
  return (scenario.actions ?? []).flatMap(({ at, action }, index) => [
    ...moment(at, `actions[${index}].at`, scenario),
    ...(rules.actions.has(action)
      ? []
      : [`actions[${index}].action: no target knows '${action}'.${didYouMean(action, [...rules.actions])}`]),
  ]);
}

function objectives(scenario: Scenario, rules: Rules): string[] {
  return scenario.objectives.flatMap((objective, index) => {
    const path = `objectives[${index}]`;
    const rule = rules.objectives.get(objective.type);
    if (rule === undefined)
      return [
        `${path}.type: no objective is called '${objective.type}'.${didYouMean(objective.type, [...rules.objectives.keys()])}`,
      ];
    return [
      ...(objective.during === undefined ? [] : phaseName(objective.during, `${path}.during`, scenario)),
      ...rule.validate(objective as never, scenario).map((problem) => `${path}.${problem}`),
      ...words(objective, rules.domain).map((problem) => `${path}.${problem}`),
    ];
  });
}

/** Kinds and answers that an objective names and the domain does not have: it would find nothing to judge. */
function words({ kind, answer }: ObjectiveSpec, domain: Domain): string[] {
  const kinds = [domain.primaryKind, ...domain.companionKinds];
  if (typeof kind === 'string' && !kinds.includes(kind))
    return [`kind: ${domain.name} knows no '${kind}'.${didYouMean(kind, kinds)}`];
  const asked = typeof kind === 'string' ? kind : domain.primaryKind;
  const answers = domain.answers[asked] ?? [];
  return typeof answer === 'string' && !answers.includes(answer)
    ? [`answer: no ${asked} is answered '${answer}'.${didYouMean(answer, answers)}`]
    : [];
}

/** The invariants that a scenario chooses; `all` leaves out what visitors were told where there are none. */
export const invariantNames = ({ invariants: chosen, visits: found }: Scenario, domain: Domain): readonly string[] =>
  chosen === 'all'
    ? domain.invariants.filter(({ needs }) => found !== undefined || !needs.includes('answers')).map(({ name }) => name)
    : chosen;

function invariants(scenario: Scenario, { domain, target }: Rules): string[] {
  const known = domain.invariants.map((invariant) => invariant.name);
  return invariantNames(scenario, domain).flatMap((name, index) => {
    const invariant = domain.invariants.find((one) => one.name === name);
    if (invariant === undefined)
      return [`invariants[${index}]: ${domain.name} has no invariant '${name}'.${didYouMean(name, known)}`];
    const missing: string[] = invariant.needs.filter((table) => !target.tables.has(table));
    if (invariant.needsReadModel === true && !target.readModel) missing.push('a read model');
    return missing.length === 0
      ? []
      : [
          `invariants: '${name}' needs ${missing.join(' and ')}, which the target ${target.name} cannot supply; leave it out or let the target supply it`,
        ];
  });
}
