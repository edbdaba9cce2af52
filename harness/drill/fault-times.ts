import type { LoadCurve } from '../load/load-curve.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { compress, ms } from '../scenario/time.ts';
import type { TimedFault } from './scheduled-faults.ts';

/** When each fault of a validated scenario is due, epoch ms. Story time counts from the end of the warm-up. */
export function faultTimes(scenario: Scenario, curve: LoadCurve, startsAt: number): TimedFault[] {
  const saleStart = curve.phases.find((phase) => !phase.warmUp)?.startMs ?? 0;
  return scenario.faults.map(({ at, fault }) => {
    if ('storyMs' in at) return { spec: fault, atMs: startsAt + saleStart + compress(at, scenario.timeScale) };
    const phase = curve.phases.find((one) => one.name === at.phase);
    if (phase === undefined) throw new RangeError(`no phase is called '${at.phase}'`);
    return { spec: fault, atMs: startsAt + phase.startMs + ms(at.after) };
  });
}
