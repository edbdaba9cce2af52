import type { ExpectedLoad } from '../domains/domain.ts';
import type { LoadCurve } from './load-curve.ts';
import { highestPhase } from './surge-sample.ts';

/** What the curve promises a world: how many arrivals, and how many before the middle of its highest phase. */
export function expectedLoad(curve: LoadCurve, mix: Readonly<Record<string, number>>): ExpectedLoad {
  const highest = highestPhase(curve.phases);
  return {
    arrivals: curve.arrivals,
    arrivalsToMidSurge: Math.round(curve.cumulative((highest.startMs + highest.endMs) / 2)),
    mix,
  };
}

/** Operations sent for each primary one, itself included. */
export const operationsEach = (mix: Readonly<Record<string, number>>): number =>
  1 + Object.values(mix).reduce((sum, share) => sum + share, 0);
