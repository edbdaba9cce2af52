import type { Calibration } from '../harness/scenario/scenario.ts';

/**
 * The machine that all bounds of time of these scenarios are for: two virtual processors that nobody else uses, Node 24.21 and OpenJDK 17.
 * docs/RESULTS.md says how it was measured, and how much it varies from minute to minute.
 */
export const boundsFor: Calibration = { coreMs: 71, pairMs: 71, fsyncMs: 1, jvmStartMs: 74 };
