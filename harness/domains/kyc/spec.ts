/** Who applies, as a scenario says it. All are shares of the applicants, 0 to 1. */
export interface KycWorldSpec {
  /** Whose documents belong to somebody else, in part or all of them. */
  readonly impostors: number;
  /** Honest, and something is wrong with what they send: a mistyped number, a phone that is none, a blurred selfie, a name since changed. */
  readonly flawed: number;
  /** Who lose patience and send the same application again; 0.05 where it is left out. */
  readonly resubmitted?: number;
}

export const defaultResubmitted = 0.05;
const members = ['impostors', 'flawed', 'resubmitted'] as const;

/** Problems of a scenario's `world`, each beginning with its path. */
export function validateWorld(spec: unknown): string[] {
  if (typeof spec !== 'object' || spec === null)
    return ['world: must be an object such as { impostors: 0.02, flawed: 0.15 }'];
  const given = new Map<string, unknown>(Object.entries(spec));
  const problems = members
    .filter((name) => name !== 'resubmitted' || given.has(name))
    .filter((name) => !isShare(given.get(name)))
    .map((name) => `world.${name}: must be a share of 0 to 1, is ${shown(given.get(name))}`);
  const [impostors, flawed] = [given.get('impostors'), given.get('flawed')];
  if (isShare(impostors) && isShare(flawed) && impostors + flawed > 1)
    problems.push(`world.flawed: with world.impostors more than all, ${shown(impostors + flawed)}`);
  for (const name of given.keys())
    if (!members.some((known) => known === name))
      problems.push(`world.${name}: unknown; known are ${members.join(', ')}`);
  return problems;
}

const isShare = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;
const shown = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value));
