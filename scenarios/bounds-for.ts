import type { Calibration } from 'toofan';

/**
 * The machine that most time bounds of these scenarios are for: two virtual processors that nobody else uses, Node 24.21 and
 * OpenJDK 17. docs/RESULTS.md says how it was measured, and how much it varies from minute to minute.
 */
export const usualMachine: Calibration = { coreMs: 71, pairMs: 75, fsyncMs: 1, jvmStartMs: 55 };

/**
 * The machine on which the bounds of the most demanding scenario were met. It was not calibrated: it judged 1.8 times as fast as
 * the usual one (docs/RESULTS.md).
 */
export const fasterMachine: Calibration = { coreMs: 40, pairMs: 41, fsyncMs: 1 };
