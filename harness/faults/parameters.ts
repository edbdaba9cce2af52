/** Problems that several faults' parameters can have, each beginning with the parameter's name. */

export function wholeNumber(name: string, value: unknown, least: number, most: number): string[] {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return [];
  return [`${name}: a whole number from ${least} to ${most}: ${shown(value)}`];
}

export function share(name: string, value: unknown): string[] {
  if (typeof value === 'number' && value > 0 && value < 1) return [];
  return [`${name}: a share above 0 and below 1: ${shown(value)}`];
}

export function oneOf(name: string, value: unknown, known: readonly string[]): string[] {
  return typeof value === 'string' && known.includes(value)
    ? []
    : [`${name}: one of ${known.join(', ')}: ${shown(value)}`];
}

/** `kafka`, `redis`, or a Postgres server by the target's name for it. */
export function store(name: string, value: unknown): string[] {
  if (typeof value === 'string' && /^(kafka|redis|postgres:\S+)$/.test(value)) return [];
  return [`${name}: 'kafka', 'redis' or a Postgres server such as 'postgres:main': ${shown(value)}`];
}

const shown = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value));
