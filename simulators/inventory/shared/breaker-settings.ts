import type { BreakerSettings } from '../../worker/breaker.ts';

/**
 * The source's breakers (2364-2372): consecutive failures that open one, seconds until the next trial, successes that close it
 * (2308). The seconds are on the incident's clock, like its faults: twelve minutes of a story told sixty times as fast last
 * twelve seconds, and a breaker must not outlast them.
 */
const breakers = {
  database: { failures: 3, recoverAfterSeconds: 30 },
  externalApi: { failures: 5, recoverAfterSeconds: 60 },
  kafka: { failures: 2, recoverAfterSeconds: 45 },
} as const;
export const successes = 2;
/** A restarting server gets at least this much rest; and no order waits longer than this for a part that has recovered. */
const openMs = { atLeast: 500, atMost: 5_000 } as const;

export function breakerSettings(name: keyof typeof breakers, timeScale: number): BreakerSettings {
  const { failures, recoverAfterSeconds } = breakers[name];
  const compressed = (recoverAfterSeconds * 1_000) / timeScale;
  return { failures, successes, recoverAfterMs: Math.min(openMs.atMost, Math.max(openMs.atLeast, compressed)) };
}
