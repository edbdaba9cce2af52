import { type Machine, causeIn, isFull } from './machine.ts';
import { slownessOf } from './calibration.ts';
import type { GeneratorResult, ObjectiveResult } from './judgement.ts';
import { type BadSeconds, excuseOf } from './objectives/bad-seconds.ts';
import type { Objective } from './objectives/define-objective.ts';
import { type Evidence, scopedPhases } from './objectives/objective.ts';
import type { ObjectiveSpec } from '../scenario/scenario.ts';
import { firstSecondAt } from './drill-times.ts';

/** What other than the target may have caused a missed objective. */
export interface OtherCauses {
  readonly generator: GeneratorResult;
  readonly machine: Machine;
}

/**
 * Why a missed objective does not stand; null if it does. Checked in this order: a generator that was late in its phases, others
 * that took the machine in its seconds, a machine slower than the one in `boundsFor`.
 */
export async function excuseFor(
  spec: ObjectiveSpec,
  objective: Objective,
  result: ObjectiveResult,
  evidence: Evidence,
  { generator, machine }: OtherCauses,
): Promise<string | null> {
  if (generator.unknown !== undefined) return `missed, but ${generator.unknown}`;
  const bad = (await objective.badSeconds?.(spec, evidence)) ?? null;
  return (
    fellBehind(spec, bad, evidence, generator) ??
    (await handedOverLate(spec, objective, result, evidence, generator)) ??
    (bad === null ? null : (takenByOthers(bad, machine) ?? tooSlow(result, bad, evidence, machine)))
  );
}

/** The generator was late in phases of the objective. If its bad seconds are known, they must lie in those phases. */
function fellBehind(
  spec: ObjectiveSpec,
  bad: BadSeconds | null,
  { drill }: Evidence,
  { late }: GeneratorResult,
): string | null {
  const phases = scopedPhases(spec, drill).filter(({ name }) => late.some(({ phase }) => phase === name));
  if (phases.length === 0) return null;
  const why = `missed, but the generator fell behind in ${phases.map(({ name }) => name).join(', ')}`;
  if (bad === null) return why;
  const zero = firstSecondAt(drill);
  const isLate = (second: number) =>
    phases.some(({ startsAt, endsAt }) => zero + (second + 1) * 1e6 > startsAt && zero + second * 1e6 < endsAt);
  return excuseOf(bad, isLate) === null ? null : why;
}

/** An objective that counts from the planned time would have been met if the generator had handed over on time. */
async function handedOverLate(
  spec: ObjectiveSpec,
  objective: Objective,
  { threshold, sense }: ObjectiveResult,
  evidence: Evidence,
  { sendErrorP99Ms }: GeneratorResult,
): Promise<string | null> {
  const observed = (await objective.observedFromSent?.(spec, evidence)) ?? null;
  if (observed === null || (sense === 'below' ? observed >= threshold : observed < threshold)) return null;
  return `missed by less than the generator's own send delay, p99 ${sendErrorP99Ms.toFixed(1)} ms`;
}

/**
 * A machine slower than that of the bounds explains work that waited for a core, and a bound that would have been met on the
 * faster machine. Otherwise the target waited for something else.
 */
function tooSlow(
  { observed, threshold, sense }: ObjectiveResult,
  bad: BadSeconds,
  { drill }: Evidence,
  machine: Machine,
): string | null {
  const slow = slownessOf(drill);
  if (slow === null) return null;
  const metThere = sense === 'below' && observed !== null && observed * slow.speed < threshold;
  return metThere || excuseOf(bad, (second) => isFull(machine, second)) !== null ? slow.why : null;
}

function takenByOthers(bad: BadSeconds, machine: Machine): string | null {
  const isTaken = (second: number) => machine.seconds.get(second)?.taker != null;
  const excuse = excuseOf(bad, isTaken);
  if (excuse === null) return null;
  // An operation due in one second may be late because of a later second, within its allowed time.
  const reach = Math.ceil(bad.hadMs / 1000);
  const seconds = excuse.taken.flatMap((second) => Array.from({ length: reach + 1 }, (_, step) => second + step));
  const others = excuse.after.length === 0 ? '' : `, and ${excuse.after.length} more drained their backlog`;
  const ofThem = `${excuse.taken.length} of the ${excuse.bad.length} bad second${excuse.bad.length === 1 ? '' : 's'}`;
  return causeIn(machine, [...new Set(seconds)], ` in ${ofThem}${others}`);
}
