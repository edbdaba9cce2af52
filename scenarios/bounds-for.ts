import type { Calibration } from '../harness/scenario/scenario.ts';

/**
 * The machine that the bounds of time of all these scenarios are for: two virtual processors, nobody else on them, Node 24.21 and
 * OpenJDK 17. docs/RESULTS.md has how it was measured, and how far it varies from hour to hour.
 */
export const boundsFor: Calibration = { coreMs: 70, pairMs: 75, fsyncMs: 1, jvmStartMs: 75 };
