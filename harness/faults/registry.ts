import type { Scenario } from '../scenario/scenario.ts';
import type { Fault, FaultNeeds } from './fault.ts';
import * as rows from './index.ts';

/** Every fault by type, in alphabetical order. */
export const faults: ReadonlyMap<string, Fault> = new Map(
  Object.values<Fault>(rows).map((fault) => [fault.type, fault]),
);

/** The fault types that need this of a stack. */
export const faultsThatNeed = (need: keyof FaultNeeds): string[] =>
  [...faults.values()].flatMap((fault) =>
    fault.needs?.({ ...fault.page.example, type: fault.type })[need] === true ? [fault.type] : [],
  );

/** The combined needs of all faults of a validated scenario. */
export function needsOfFaults(scenario: Pick<Scenario, 'faults'>): FaultNeeds {
  const needs = scenario.faults.map(({ fault }) => faults.get(fault.type)?.needs?.(fault) ?? {});
  return {
    proxies: needs.some(({ proxies }) => proxies === true),
    logVolume: needs.some(({ logVolume }) => logVolume === true),
    agent: needs.some(({ agent }) => agent === true),
  };
}
