import type { ScheduledFault } from '../scenario/scenario.ts';
import { durationMs } from '../scenario/time.ts';

/** The result of shrinking a failing schedule. */
export interface Shrunk {
  /** The smallest schedule that was seen to fail; the original one if it did not fail again. */
  readonly faults: readonly ScheduledFault[];
  /** False: repeated unchanged, it did not fail. */
  readonly repeated: boolean;
  readonly attempts: number;
  /** False if the attempts ran out before everything smaller was tried. */
  readonly complete: boolean;
}

/** A shorter hold is no longer a fault: observing its effect takes as long. */
const leastHoldMs = 200;

/**
 * The fewest faults that still fail, then the shortest holds: first no fault at all, then leaves out each fault in turn until
 * none can be, then halves each hold while possible. Keeps a smaller schedule only if `fails` saw it fail.
 */
export async function shrink(
  schedule: readonly ScheduledFault[],
  fails: (faults: readonly ScheduledFault[]) => Promise<boolean>,
  mostAttempts: number,
): Promise<Shrunk> {
  let attempts = 0;
  let smallest = schedule;
  const tried = async (faults: readonly ScheduledFault[]): Promise<boolean> => {
    attempts++;
    const failed = await fails(faults);
    if (failed) smallest = faults;
    return failed;
  };
  const ended = (complete: boolean): Shrunk => ({ faults: smallest, repeated: true, attempts, complete });
  if (!(await tried(schedule))) return { faults: schedule, repeated: false, attempts, complete: true };

  if (schedule.length > 1) {
    if (attempts >= mostAttempts) return ended(false);
    if (await tried([])) return ended(true);
  }
  for (let index = 0; index < smallest.length;) {
    if (attempts >= mostAttempts) return ended(false);
    // The next one then takes this one's place; if nothing was left out, the others were already tried without it.
    if (!(await tried(smallest.toSpliced(index, 1)))) index++;
  }
  for (let index = 0; index < smallest.length; index++) {
    for (let shorter = halved(smallest, index); shorter !== undefined; shorter = halved(smallest, index)) {
      if (attempts >= mostAttempts) return ended(false);
      if (!(await tried(shorter))) break;
    }
  }
  return ended(true);
}

/** The schedule with one fault's hold halved; undefined if it has none, or none that can be halved. */
function halved(faults: readonly ScheduledFault[], index: number): readonly ScheduledFault[] | undefined {
  const scheduled = faults[index];
  if (scheduled === undefined) return undefined;
  const name = 'downFor' in scheduled.fault ? 'downFor' : 'for';
  const half = Math.floor((durationMs(scheduled.fault[name]) ?? 0) / 2);
  if (half < leastHoldMs) return undefined;
  return faults.with(index, { ...scheduled, fault: { ...scheduled.fault, [name]: `${half}ms` } });
}
