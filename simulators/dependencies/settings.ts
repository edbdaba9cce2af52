import type { DependencySettings } from 'toofan';

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
