import type { LoadCurve } from '../load/load-curve.ts';
import type { Moment } from '../scenario/scenario.ts';
import { compress, ms } from '../scenario/time.ts';

/** Epoch ms of a moment of a validated scenario. Story time counts from the end of the warm-up. */
export function momentMs(at: Moment, timeScale: number, curve: LoadCurve, startsAt: number): number {
  if ('storyMs' in at) {
    const saleStart = curve.phases.find((phase) => !phase.warmUp)?.startMs ?? 0;
    return startsAt + saleStart + compress(at, timeScale);
  }
  const phase = curve.phases.find((one) => one.name === at.phase);
  if (phase === undefined) throw new RangeError(`unknown phase '${at.phase}'`);
  return startsAt + phase.startMs + ms(at.after);
}
