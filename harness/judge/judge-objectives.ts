import { clockDoubt } from './clock-doubt.ts';
import { excuseFor, type OtherCauses } from './excuses.ts';
import type { Facts } from './facts.ts';
import type { ObjectiveResult } from './judgement.ts';
import { objectives } from './objectives/registry.ts';
import { type Evidence, weigh } from './objectives/objective.ts';

/** Judges the scenario's objectives in order. A miss does not stand if something other than the target may have caused it. */
export async function judgeObjectives(
  evidence: Evidence,
  facts: Facts,
  around: OtherCauses,
): Promise<ObjectiveResult[]> {
  const results: ObjectiveResult[] = [];
  for (const spec of evidence.drill.scenario.objectives) {
    const objective = objectives.get(spec.type);
    if (!objective) throw new Error(`unknown objective after the checks: ${spec.type}`);
    const weighed = weigh(spec, await objective.measure(spec, evidence));
    const result = { ...weighed, curve: objective.curve?.(spec) };
    const excuse = result.verdict === 'fail' ? await excuseFor(spec, objective, result, evidence, around) : null;
    const clocks = objective.clocks(spec);
    const doubt = clockDoubt(result, clocks, facts.clockError, facts.clocks) ?? excuse;
    const detail = [doubt, result.detail].filter(Boolean).join('; ');
    results.push(doubt === null ? result : { ...result, verdict: 'inconclusive', detail });
  }
  return results;
}
