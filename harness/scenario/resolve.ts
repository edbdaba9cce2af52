import { didYouMean } from './did-you-mean.ts';
import type { Scenario } from './scenario.ts';

/** What the command line overrides in a scenario. */
export interface Overrides {
  readonly timeScale?: number;
  readonly loadScale?: number;
  /** `path=value`, as given (`world.products=500`, `load[2].hold=20s`). */
  readonly set: readonly string[];
}

/** The scenario as it will be run, and every problem of the overrides; an override with a problem changes nothing. */
export function resolveScenario(scenario: Scenario, overrides: Overrides): { scenario: Scenario; problems: string[] } {
  const problems: string[] = [];
  const resolved = structuredClone(scenario) as { -readonly [Member in keyof Scenario]: Scenario[Member] };
  if (overrides.timeScale !== undefined) resolved.timeScale = overrides.timeScale;
  if (overrides.loadScale !== undefined) resolved.loadScale = overrides.loadScale;
  for (const assignment of overrides.set) {
    const problem = assign(resolved, assignment);
    if (problem !== undefined) problems.push(`--set ${assignment}: ${problem}`);
  }
  return { scenario: resolved, problems };
}

function assign(root: object, assignment: string): string | undefined {
  const split = assignment.indexOf('=');
  if (split < 1) return "write path=value, such as 'world.products=500'";
  const steps = assignment
    .slice(0, split)
    .split(/[.[\]]+/)
    .filter((step) => step !== '');
  const last = steps.pop();
  if (last === undefined) return 'the path is empty';
  let place: unknown = root;
  for (const step of steps) {
    const members = membersOf(place);
    if (members === undefined || !Object.hasOwn(members, step))
      return `unknown '${step}'.${didYouMean(step, Object.keys(members ?? {}))}`;
    place = members[step];
  }
  const members = membersOf(place);
  // A missing member may be an optional one (`loadScale`, `arrivals`, a kind of `mix`): the scenario's shape decides.
  if (members === undefined) return `'${steps.join('.')}' has no members`;
  if (Array.isArray(place) && !Object.hasOwn(members, last)) return `no element ${last} in '${steps.join('.')}'`;
  members[last] = parseValue(assignment.slice(split + 1));
  return undefined;
}

const membersOf = (place: unknown): Record<string, unknown> | undefined =>
  typeof place === 'object' && place !== null ? (place as Record<string, unknown>) : undefined;

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
