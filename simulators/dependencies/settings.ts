/** What a simulator can be told while it runs, by `PUT /settings` with some of these as JSON. */
export interface DependencySettings {
  /** How long the work on a request takes beside waiting for its turn, ms. */
  readonly latencyMs: number;
  /** Share of requests that are answered with a 500, spread evenly. */
  readonly errorShare: number;
  /** Requests that are worked on in a second; later ones wait their turn. */
  readonly capacityPerSecond: number;
  /** Requests of one second beyond which 429 is answered; null for no limit. */
  readonly rateLimitPerSecond: number | null;
}

const checks: Readonly<Record<keyof DependencySettings, (value: unknown) => boolean>> = {
  latencyMs: (value) => isNumber(value) && value >= 0 && value <= 600_000,
  errorShare: (value) => isNumber(value) && value >= 0 && value <= 1,
  capacityPerSecond: (value) => isNumber(value) && value > 0,
  rateLimitPerSecond: (value) => value === null || (isNumber(value) && value >= 0),
};

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** Settings with some of them changed; throws a RangeError that names what is no setting or no value for it. */
export function changedSettings(before: DependencySettings, changes: unknown): DependencySettings {
  if (typeof changes !== 'object' || changes === null || Array.isArray(changes))
    throw new RangeError('settings are a JSON object');
  for (const [name, value] of Object.entries(changes)) {
    const check = checks[name as keyof DependencySettings];
    if (check === undefined)
      throw new RangeError(`${name}: no such setting; there are ${Object.keys(checks).join(', ')}`);
    if (!check(value)) throw new RangeError(`${name}: ${JSON.stringify(value)} is no value for it`);
  }
  return { ...before, ...changes };
}
