import { ExitCode } from '../exit-code.ts';
import { breaksOf } from './first-break.ts';
import type { CapacityHold, CapacityJson } from './capacity-shape.ts';
import { planSheet } from './plan-sheet.ts';
import { goalLimits } from './goals.ts';
import { settleMs } from './hold-scenario.ts';
import { answerOf } from './search.ts';

export type CapacityOf = Pick<
  CapacityJson,
  'run' | 'scenario' | 'target' | 'primaryPlural' | 'settings' | 'machine' | 'scenarioSha256' | 'plannedFor'
>;

/** Everything that the holds so far show, as in `capacity.json`. */
export function capacityOf(
  of: CapacityOf,
  holds: readonly CapacityHold[],
  cliff: CapacityJson['cliff'] = null,
): CapacityJson {
  const { from, to, width, confirm } = of.settings;
  const { kind, ...answer } = answerOf({ from, to, width, confirm }, holds);
  const failing = holds.filter(
    ({ perSecond, verdict }) => perSecond === answer.failedPerSecond && verdict === 'failed',
  );
  const brokeEverywhere =
    holds.length > 0 &&
    holds.every(({ goals }) => goals.some(({ name, verdict }) => name === 'invariants' && verdict === 'fail'));
  return {
    schema: 1,
    ...of,
    kind,
    ...answer,
    failedBy: oftenest(failing.flatMap(({ failedBy }) => failedBy)),
    goals: goalLimits(holds),
    ...breaksOf(holds, settleMs / 2_000),
    cliff,
    plan: planSheet({ ...answer, machine: of.machine, holds }, of.plannedFor),
    holds: [...holds],
    exitCode: isNumber(kind) ? ExitCode.pass : brokeEverywhere ? ExitCode.invariantBroken : ExitCode.inconclusive,
  };
}

const isNumber = (kind: CapacityJson['kind']): boolean => kind === 'found' || kind === 'held-to-end';

/** Each once, most frequent first. */
const oftenest = (names: readonly string[]): string[] =>
  [...Map.groupBy(names, (name) => name)].toSorted(([, a], [, b]) => b.length - a.length).map(([name]) => name);
