import type { Fault } from './fault.ts';
import { workerCrashFault } from './worker-crash.ts';

/** Every fault by its type. */
export const faults: ReadonlyMap<string, Fault> = new Map<string, Fault>(
  [workerCrashFault].map((fault) => [fault.type, fault as unknown as Fault]),
);
