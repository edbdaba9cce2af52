/** Drills as Vitest tests: `toofan/vitest`. */
import { expect } from 'vitest';
import { matchers } from './matchers.ts';

export { drill } from './drill.ts';
export type { DrillOptions } from './drill.ts';
export type { DrillRun } from './drill-run.ts';

declare module 'vitest' {
  // oxlint-disable-next-line typescript/no-explicit-any -- as Vitest declares it
  interface Matchers<T = any> {
    /** The invariant with that name was kept: no counterexample, and enough evidence. */
    toKeep(invariant: string): T;
    /** Every invariant of the scenario was kept. */
    toKeepEveryPromise(): T;
    /** The objective with that name was met: `decision-latency-p99`, or `decision-latency-p99 (surge)` if several have it. */
    toMeet(objective: string): T;
    /** It sustained that rate (`5000/s`) for at least five seconds, with every invariant kept and every objective met. */
    toSustain(rate: string): T;
  }
}

expect.extend(matchers);
