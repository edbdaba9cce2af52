import { randomFloat } from '../domains/random.ts';
import type { CurvePhase, LoadCurve } from './load-curve.ts';

/** When each arrival is planned. A pure function of the curve, the spacing and the seed; memory does not grow with time. */
export interface ArrivalSchedule {
  readonly arrivals: number;
  /** The curve's phases with the arrivals actually planned in each (they differ from the curve's under Poisson). */
  readonly phases: readonly CurvePhase[];
  /** The planned time of arrival `i` of 0 … arrivals − 1, milliseconds from the start of the load; never decreases with i. */
  readonly timeOf: (i: number) => number;
}

/** Which phase an arrival is planned in. */
export function phaseOf(phases: readonly CurvePhase[], arrival: number): CurvePhase {
  const phase = phases.find(
    ({ firstArrival, arrivals }) => arrival >= firstArrival && arrival < firstArrival + arrivals,
  );
  if (phase === undefined) throw new RangeError(`no phase plans arrival ${arrival}`);
  return phase;
}

/**
 * `uniform`: arrival i stands where the integral reaches i + ½, so n arrivals per second are 1/n s apart and a phase
 * holds as many as its integral says. `poisson`: a Poisson process of the curve's rate, by time rescaling: unit
 * exponential gaps, summed, carried through the inverse of the integral.
 */
export function arrivalSchedule(curve: LoadCurve, spacing: 'uniform' | 'poisson', seed: number): ArrivalSchedule {
  if (spacing === 'poisson') return poisson(curve, seed);
  return {
    arrivals: curve.arrivals,
    phases: curve.phases,
    // Rounding of the integral's sum may leave the last half unit a hair outside.
    timeOf: (i) => curve.timeOf(Math.min(inRange(i, curve.arrivals) + 0.5, curve.cumulative(curve.durationMs))),
  };
}

function inRange(i: number, arrivals: number): number {
  if (!(i >= 0 && i < arrivals)) throw new RangeError(`arrival ${i} of ${arrivals}`);
  return i;
}

/** The sum is kept at every so many arrivals; one in between is summed from the checkpoint before it. */
const checkpointEvery = 1_024;
const poissonStream = 0x706f_6973;

function poisson(curve: LoadCurve, seed: number): ArrivalSchedule {
  const total = curve.cumulative(curve.durationMs);
  const gap = (i: number): number => -Math.log1p(-randomFloat(seed, i, poissonStream));
  const checkpoints: number[] = [];
  let arrivals = 0;
  for (let sum = gap(0); sum < total; sum += gap(++arrivals)) {
    if (arrivals % checkpointEvery === 0) checkpoints.push(sum);
  }

  const block = new Float64Array(checkpointEvery);
  let blockStart = -1;
  const unitTime = (i: number): number => {
    const start = i - (i % checkpointEvery);
    if (start !== blockStart) {
      let sum = checkpoints[start / checkpointEvery] ?? Number.NaN;
      for (let k = 0; k < checkpointEvery; k++) {
        block[k] = sum;
        sum += gap(start + k + 1);
      }
      blockStart = start;
    }
    return block[i - start] ?? Number.NaN;
  };
  const before = (integral: number): number => {
    let low = 0;
    let high = arrivals;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (unitTime(middle) < integral) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const phases = curve.phases.map((phase) => {
    const firstArrival = before(curve.cumulative(phase.startMs));
    return { ...phase, firstArrival, arrivals: before(curve.cumulative(phase.endMs)) - firstArrival };
  });
  return { arrivals, phases, timeOf: (i) => curve.timeOf(unitTime(inRange(i, arrivals))) };
}
