import { describe, expect, it } from 'vitest';
import { valuesFor, valuesForShare } from '../harness/judge/objectives/evidence.ts';
import { compileLoad } from '../harness/load/load-curve.ts';
import type { ObjectiveSpec, Scenario } from 'toofan';
import { scenarios } from './index.ts';

/** Operations of the primary kind that a scenario plans in an objective's phases. */
const plannedFor = ({ during }: ObjectiveSpec, { load, loadScale = 1 }: Scenario): number =>
  compileLoad(load, loadScale)
    .phases.filter((phase) => (during === undefined ? !phase.warmUp : phase.name === during))
    .reduce((sum, { arrivals }) => sum + arrivals, 0);

/** How much evidence an objective about operations needs; 0 for any other. */
function neededFor({ type, atLeast, below, quantile }: ObjectiveSpec): number {
  if (['decided', 'goodput', 'succeeded'].includes(type)) return valuesForShare(1 - Number(atLeast));
  if (['shed-share', 'degraded-share', 'answer-share'].includes(type)) return valuesForShare(Number(below));
  return ['decision-latency', 'settled'].includes(type) ? valuesFor(Number(quantile)) : 0;
}

describe('the bounds of the scenarios that come with Toofan', () => {
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    'are such as the load of %s can show',
    (_, scenario) => {
      const tooFew = scenario.objectives.filter((spec) => plannedFor(spec, scenario) < neededFor(spec));
      expect(tooFew).toEqual([]);
    },
  );
});
