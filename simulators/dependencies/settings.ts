/** What a simulator can be told while it runs, by `PUT /settings` with some of these as JSON. */
export interface DependencySettings {
  /** How long a request takes beside waiting for its turn, ms; the work is done at the end of it. */
  readonly latencyMs: number;
  /** Share of requests whose work is done, and whose answer comes `lateByMs` after that: the client may have given up. */
  readonly lateShare: number;
  readonly lateByMs: number;
  /** Share of requests that are answered with a 500 and not worked on, spread evenly. */
  readonly errorShare: number;
  /** Share of the others whose work is done, and that are answered with a 500 all the same. */
  readonly errorAfterShare: number;
  /** Units (a batch has as many as it has entries) that are worked on in a second; later ones wait their turn. */
  readonly capacityPerSecond: number;
  /** Units of one second beyond which 429 is answered; null for no limit. */
  readonly rateLimitPerSecond: number | null;
}

/** One that answers all at once and never fails. */
export const flawless: DependencySettings = {
  latencyMs: 0,
  lateShare: 0,
  lateByMs: 0,
  errorShare: 0,
  errorAfterShare: 0,
  capacityPerSecond: 1_000_000,
  rateLimitPerSecond: null,
};

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isShare = (value: unknown): boolean => isNumber(value) && value >= 0 && value <= 1;
const isWait = (value: unknown): boolean => isNumber(value) && value >= 0 && value <= 600_000;

const checks: Readonly<Record<keyof DependencySettings, (value: unknown) => boolean>> = {
  latencyMs: isWait,
  lateShare: isShare,
  lateByMs: isWait,
  errorShare: isShare,
  errorAfterShare: isShare,
  capacityPerSecond: (value) => isNumber(value) && value > 0,
  rateLimitPerSecond: (value) => value === null || (isNumber(value) && value >= 0),
};

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
