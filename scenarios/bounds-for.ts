import type { Calibration } from '../harness/scenario/scenario.ts';

/**
 * The machine that the bounds of time of all these scenarios were set for: two threads of one core, a virtual machine, nobody
 * else on it, Node 24 and OpenJDK 21; docs/RESULTS.md has how it was measured and how far it varies by the hour.
 */
export const boundsFor: Calibration = { coreMs: 60, pairMs: 90, fsyncMs: 1, jvmStartMs: 200 };
