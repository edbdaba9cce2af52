import type { Calibration } from '../harness/scenario/scenario.ts';

/**
 * The machine that the bounds of time of all these scenarios are for: two virtual processors, as if nobody else were on them, Node 24.21 and
 * OpenJDK 17. docs/RESULTS.md has how it was measured, and how far it varies from hour to hour.
 */
export const boundsFor: Calibration = { coreMs: 71, pairMs: 71, fsyncMs: 1, jvmStartMs: 74 };
