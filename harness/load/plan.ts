import type { Domain, World } from '../domains/domain.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { arrivalSchedule } from './arrival-schedule.ts';
import type { ArrivalSchedule } from './arrival-schedule.ts';
import { expectedLoad } from './expected-load.ts';
import { compileLoad } from './load-curve.ts';

/** What is sent and when: the same in every process that has the same scenario, scale and seed. */
export interface LoadPlan {
  readonly schedule: ArrivalSchedule;
  readonly world: World;
}

export function planLoad(scenario: Scenario, domain: Domain, loadScale: number, seed: number): LoadPlan {
  const curve = compileLoad(scenario.load, loadScale);
  return {
    schedule: arrivalSchedule(curve, scenario.arrivals ?? 'uniform', seed),
    world: domain.openWorld(scenario.world, seed, expectedLoad(curve, scenario.mix)),
  };
}
