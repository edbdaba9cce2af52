import type { Domain, World } from '../domains/domain.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Target } from '../target/target.ts';
import { arrivalSchedule } from './arrival-schedule.ts';
import type { ArrivalSchedule } from './arrival-schedule.ts';
import { expectedLoad } from './expected-load.ts';
import { compileLoad } from './load-curve.ts';
import type { LoadCurve } from './load-curve.ts';

/** What is sent and when: the same in every process with the same scenario, scale and seed. */
export interface LoadPlan {
  readonly curve: LoadCurve;
  readonly schedule: ArrivalSchedule;
  readonly world: World;
  /** Whether a visitor performs this operation of an arrival, over HTTP. */
  readonly isVisitors: (arrival: number, op: number) => boolean;
}

export function planLoad(
  scenario: Scenario,
  domain: Domain,
  loadScale: number,
  seed: number,
  { http }: Pick<Target, 'http'> = {},
): LoadPlan {
  const curve = compileLoad(scenario.load, loadScale);
  const world = domain.openWorld(scenario.world, seed, expectedLoad(curve, scenario.mix));
  const { visits } = scenario;
  const kinds = new Set(http?.kinds);
  return {
    curve,
    schedule: arrivalSchedule(curve, scenario.arrivals ?? 'uniform', seed),
    world,
    isVisitors: (arrival, op) =>
      visits !== undefined && isVisit(arrival, visits.everyNth) && kinds.has(world.operation(op).kind),
  };
}

/**
 * The last of every n arrivals: k6 starts its n-th iteration when the integral of its rate reaches n, so this is the arrival it
 * coincides with, half an arrival's gap later than planned.
 */
const isVisit = (arrival: number, everyNth: number): boolean => arrival % everyNth === everyNth - 1;
export const arrivalOfVisit = (visit: number, everyNth: number): number => (visit + 1) * everyNth - 1;
export const visitsAmong = (arrivals: number, everyNth: number): number => Math.floor(arrivals / everyNth);
