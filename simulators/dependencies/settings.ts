import { z } from 'zod';
import type { DependencySettings } from 'toofan';

/** Answers everything at once and never fails. */
export const flawless: DependencySettings = {
  latencyMs: 0,
  lateShare: 0,
  lateByMs: 0,
  errorShare: 0,
  errorAfterShare: 0,
  capacityPerSecond: 1_000_000,
  rateLimitPerSecond: null,
};

const shareSaying = { error: 'must be a share from 0 to 1' };
const share = z.number(shareSaying).min(0, shareSaying).max(1, shareSaying);
const waitSaying = { error: 'must be a number of ms from 0 to 600000' };
const wait = z.number(waitSaying).min(0, waitSaying).max(600_000, waitSaying);

const changes = z
  .strictObject({
    latencyMs: wait,
    lateShare: share,
    lateByMs: wait,
    errorShare: share,
    errorAfterShare: share,
    capacityPerSecond: z.number().gt(0),
    rateLimitPerSecond: z.number().min(0).nullable(),
  } satisfies Record<keyof DependencySettings, z.ZodType>)
  .partial();

/** Settings with some of them changed; throws a RangeError that lists every unknown setting and invalid value. */
export function changedSettings(before: DependencySettings, given: unknown): DependencySettings {
  const { success, data, error } = changes.safeParse(given);
  if (success) return { ...before, ...(data as Partial<DependencySettings>) };
  const problems = error.issues.map(({ path, message }) => [...path.map(String), message].join(': '));
  throw new RangeError(`settings: ${problems.join('; ')}`);
}
