import type { DrillRecord } from '../history/drill-record.ts';
import type { Calibration } from '../scenario/scenario.ts';

/**
 * Below this share of the speed of the machine that the bounds are for, a miss of theirs says nothing. Processors repeat to some per
 * cent; fsync differs several times over on one and the same disk (docs/VERDICTS.md).
 */
export const clearlySlower = { cpu: 0.8, fsync: 0.25 } as const;

/** Shares of the load that are worth trying. */
const scales = [0.75, 0.5, 0.25, 0.1, 0.05];

/** The share of the load to try on a machine of this speed. */
export const loadScaleFor = (speed: number): number => scales.find((scale) => scale <= speed) ?? 0.01;

/**
 * Why a missed bound of time does not stand on this machine: it was measured, and is clearly slower than the one that the scenario sets
 * its bounds for. Null where it is not, or nobody knows. Less load (`loadScale`) asks less of the machine.
 */
export function slownessOf({ machine, scenario, loadScale }: DrillRecord): Slowness | null {
  const { calibration } = machine;
  const { boundsFor } = scenario;
  if (calibration == null || boundsFor === undefined) return null;
  const speed = speedOf(calibration, boundsFor);
  const eased = Math.min(1, loadScale);
  if (speed / eased < clearlySlower.cpu) {
    const why = `this machine is ${shown(speed)}x as fast as the one these bounds are for; try --load-scale ${loadScaleFor(speed)}`;
    return { speed: speed / eased, why };
  }
  const fsync = boundsFor.fsyncMs / calibration.fsyncMs;
  if (fsync / eased >= clearlySlower.fsync) return null;
  const why = `an fsync takes ${calibration.fsyncMs.toFixed(1)} ms on this machine, ${boundsFor.fsyncMs.toFixed(1)} ms on the one these bounds are for`;
  return { speed: fsync / eased, why };
}

/** How fast this machine is beside that of the bounds, for the load that it got: 1 is as fast. */
interface Slowness {
  readonly speed: number;
  readonly why: string;
}

/** 1 is as fast; of one core and of two together, the slower. */
export const speedOf = (ours: Calibration, theirs: Calibration): number =>
  Math.min(theirs.coreMs / ours.coreMs, theirs.pairMs / ours.pairMs);

const shown = (speed: number): string => (speed >= 0.1 ? speed.toFixed(1) : speed.toFixed(2));
