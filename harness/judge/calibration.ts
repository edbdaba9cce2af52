import type { DrillRecord } from '../history/drill-record.ts';
import type { Calibration } from '../scenario/scenario.ts';

/**
 * Below this share of the reference machine's speed, a missed time bound shows nothing. CPU results vary by a few per cent; fsync
 * varies several-fold on the same disk (docs/VERDICTS.md).
 */
export const clearlySlower = { cpu: 0.8, fsync: 0.25 } as const;

/** Load scales worth suggesting. */
const scales = [0.75, 0.5, 0.25, 0.1, 0.05];

/** The load scale to suggest for a machine of this speed. */
export const loadScaleFor = (speed: number): number => scales.find((scale) => scale <= speed) ?? 0.01;

/**
 * Why a missed time bound does not stand on this machine: it was measured and is clearly slower than the machine in the
 * scenario's `boundsFor`. Null if it is not, or if that is unknown. A smaller `loadScale` demands less of the machine.
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

/** This machine's speed relative to that of the bounds, adjusted for the load; 1 is equal. */
interface Slowness {
  readonly speed: number;
  readonly why: string;
}

/** 1 is equal; the lower of one core and two cores together. */
export const speedOf = (ours: Calibration, theirs: Calibration): number =>
  Math.min(theirs.coreMs / ours.coreMs, theirs.pairMs / ours.pairMs);

const shown = (speed: number): string => (speed >= 0.1 ? speed.toFixed(1) : speed.toFixed(2));
