import { z } from 'zod';
import type { Domain } from '../domains/domain.ts';
import { schemaProblems } from '../schema-problems.ts';
import { didYouMean } from './did-you-mean.ts';
import type { ObjectiveRule, Rules } from './rules.ts';
import type { FaultSpec, Moment, ObjectiveSpec, Scenario } from './scenario.ts';
import { ofEveryObjective } from './shape.ts';
import { invariantProblems, unknownInvariants } from './validate-invariants.ts';
import { loadPhases, positive, shown, span, visitors, wholeLoad } from './validate-load.ts';

/** Anything above is a typo. */
const maxTimeScale = 100_000;
const maxCalibrationMs = 60_000;

/** Every problem of a scenario of the right shape (shape.ts), all at once, each beginning with its path. */
export function validateScenario(scenario: Scenario, rules: Rules): string[] {
  return [
    ...scales(scenario),
    ...loadPhases(scenario),
    ...wholeLoad(scenario),
    ...mix(scenario, rules.domain),
    ...visits(scenario, rules),
    ...visitors(scenario),
    ...schemaProblems(rules.domain.world, scenario.world, 'world'),
    ...validateFaults(scenario, rules),
    ...actions(scenario, rules),
    ...objectives(scenario, rules, phaseNames(scenario), scenario),
    ...invariantProblems(scenario, rules),
    ...reach(scenario, rules),
    ...span('drainDeadline', scenario.drainDeadline),
    ...boundsFor(scenario),
    ...(scenario.sources.length === 0 ? ['sources: give at least one; every number of a scenario has a source'] : []),
  ];
}

/**
 * Problems with what a history was to be judged by, each beginning with its path: the parts of a scenario that a judge reads.
 * `phases` are those that ran. What the drill itself needed (a load, a world, the target's tables) was checked before it.
 */
export function validateJudged(
  scenario: Scenario,
  phases: readonly string[],
  rules: Pick<Rules, 'domain' | 'objectives'>,
): string[] {
  return [
    ...scales(scenario),
    ...loadPhases(scenario),
    ...mix(scenario, rules.domain),
    ...objectives(scenario, rules, phases),
    ...unknownInvariants(scenario, rules.domain),
    ...boundsFor(scenario),
  ];
}

/** A machine that does work in no time would excuse everything. */
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

function scales(scenario: Scenario): string[] {
  const arrivals: unknown = scenario.arrivals;
  return [
    ...positive('timeScale', scenario.timeScale, maxTimeScale),
    ...(scenario.loadScale === undefined ? [] : positive('loadScale', scenario.loadScale, 1_000)),
    ...(arrivals === undefined || arrivals === 'uniform' || arrivals === 'poisson'
      ? []
      : [`arrivals: must be 'uniform' or 'poisson': ${shown(arrivals)}`]),
  ];
}

function mix(scenario: Scenario, domain: Domain): string[] {
  return Object.entries(scenario.mix).flatMap(([kind, share]) => {
    if (!domain.companionKinds.includes(kind))
      return [`mix.${kind}: unknown kind in ${domain.name}.${didYouMean(kind, domain.companionKinds)}`];
    return share >= 0 && share <= 1 ? [] : [`mix.${kind}: must be a share from 0 to 1: ${shown(share)}`];
  });
}

function visits({ visits: found, arrivals }: Scenario, { target }: Rules): string[] {
  if (found === undefined) return [];
  const { everyNth, journey, lasts }: { everyNth: unknown; journey: unknown; lasts: unknown } = found;
  return [
    ...(target.http
      ? []
      : [`visits: the target ${target.name} has no shop; leave them out, or set \`http\` on the target`]),
    ...(typeof everyNth === 'number' && Number.isInteger(everyNth) && everyNth >= 1
      ? []
      : [`visits.everyNth: must be a whole number from 1 (1 is every arrival): ${shown(everyNth)}`]),
    ...(typeof journey === 'string' && journey !== ''
      ? []
      : [`visits.journey: must be the path of a module: ${shown(journey)}`]),
    ...span('visits.lasts', lasts, 1),
    ...(arrivals === 'poisson' ? [`arrivals: k6 paces visitors, always 'uniform'; leave it out`] : []),
  ];
}

function moment(at: Moment, path: string, scenario: Scenario): string[] {
  if ('storyMs' in at)
    return Number.isFinite(at.storyMs) && at.storyMs >= 0
      ? []
      : [`${path}: must be story time from 0: ${shown(at.storyMs)}`];
  return [...phaseName(at.phase, `${path}.phase`, phaseNames(scenario)), ...span(`${path}.after`, at.after)];
}

function phaseName(name: string, path: string, names: readonly string[]): string[] {
  return names.includes(name) ? [] : [`${path}: unknown phase '${name}'.${didYouMean(name, names)}`];
}
const phaseNames = ({ load }: Scenario): string[] => load.map((phase) => phase.name);

/** Problems of the faults alone, each beginning with its path. */
export function validateFaults(scenario: Scenario, rules: Pick<Rules, 'domain' | 'faults' | 'victims'>): string[] {
  return scenario.faults.flatMap(({ at, fault }, index) => {
    const path = `faults[${index}]`;
    const rule = rules.faults.get(fault.type);
    if (rule === undefined)
      return [`${path}.fault.type: unknown fault '${fault.type}'.${didYouMean(fault.type, [...rules.faults.keys()])}`];
    const under = (problem: string) => `${path}.fault.${problem}`;
    return [
      ...moment(at, `${path}.at`, scenario),
      ...(fault.recoverWithin === undefined ? [] : span(`${path}.fault.recoverWithin`, fault.recoverWithin, 1)),
      ...schemaProblems(z.strictObject({ ...ofEveryFault, ...rule.parameters }), fault).map(under),
      ...victims(fault, rules).map(under),
    ];
  });
}

/** Checked by hand, so that their messages are worded like the others. */
const ofEveryFault = { type: z.unknown(), recoverWithin: z.unknown().optional() };

/** A part that no target has is a typo; one that only another target has is not. */
function victims(fault: FaultSpec, { domain, victims: known = {} }: Pick<Rules, 'domain' | 'victims'>): string[] {
  return Object.entries(known).flatMap(([parameter, names]) => {
    const wanted = fault[parameter];
    if (typeof wanted !== 'string' || names.includes(wanted)) return [];
    return [`${parameter}: no target of ${domain.name} has '${wanted}'.${didYouMean(wanted, names)}`];
  });
}

/** An action that no target knows is a typo; one that only another target knows is not. */
function actions(scenario: Scenario, rules: Rules): string[] {
  return (scenario.actions ?? []).flatMap(({ at, action }, index) => [
    ...moment(at, `actions[${index}].at`, scenario),
    ...(rules.actions.has(action)
      ? []
      : [`actions[${index}].action: unknown action '${action}'.${didYouMean(action, [...rules.actions])}`]),
  ]);
}

function objectives(
  scenario: Scenario,
  rules: Pick<Rules, 'domain' | 'objectives'>,
  phases: readonly string[],
  toBeRun?: Scenario,
): string[] {
  return scenario.objectives.flatMap((objective, index) => {
    const path = `objectives[${index}]`;
    const rule = rules.objectives.get(objective.type);
    if (rule === undefined)
      return [
        `${path}.type: unknown objective '${objective.type}'.${didYouMean(objective.type, [...rules.objectives.keys()])}`,
      ];
    return [
      ...(objective.during === undefined ? [] : phaseName(objective.during, `${path}.during`, phases)),
      ...[...objectiveProblems(objective, rule, toBeRun), ...words(objective, rules.domain)].map(
        (problem) => `${path}.${problem}`,
      ),
    ];
  });
}

/**
 * Problems of one objective, each beginning with the parameter's name; `toBeRun` is the scenario in which it must find something
 * to judge.
 */
export const objectiveProblems = (
  objective: ObjectiveSpec,
  rule: ObjectiveRule,
  toBeRun?: Pick<Scenario, 'faults' | 'visits'>,
): string[] => [
  ...schemaProblems(z.strictObject({ type: z.unknown(), ...ofEveryObjective, ...rule.parameters }), objective),
  ...(toBeRun === undefined ? [] : (rule.unfit?.(toBeRun) ?? [])),
];

/** Kinds, classes and answers that an objective names but the domain does not have: it would have nothing to judge. */
function words({ kind, answer, class: customers }: ObjectiveSpec, domain: Domain): string[] {
  const kinds = [domain.primaryKind, ...domain.companionKinds];
  if (typeof kind === 'string' && !kinds.includes(kind))
    return [`kind: unknown kind '${kind}' in ${domain.name}.${didYouMean(kind, kinds)}`];
  if (typeof customers === 'string' && !domain.classes.includes(customers))
    return [`class: unknown class '${customers}' in ${domain.name}.${didYouMean(customers, domain.classes)}`];
  const asked = typeof kind === 'string' ? kind : domain.primaryKind;
  const answers = domain.answers.byKind[asked] ?? [];
  return typeof answer === 'string' && !answers.includes(answer)
    ? [`answer: unknown answer '${answer}' to ${asked}.${didYouMean(answer, answers)}`]
    : [];
}

const reach = (scenario: Scenario, { domain, states }: Rules): string[] =>
  (scenario.reach ?? []).flatMap((name, index) =>
    states === undefined || states.includes(name)
      ? []
      : [`reach[${index}]: unknown state '${name}' in ${domain.name}.${didYouMean(name, states)}`],
  );
