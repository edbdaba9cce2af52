import type { FaultRecord } from '../history/drill-record.ts';
import type { Row } from '../history/schema.ts';
import { operationsEach } from '../load/expected-load.ts';
import type { Moment } from '../scenario/scenario.ts';
import type { RunningDrill } from './drill-plan.ts';
import { momentMs } from './moments.ts';
import { takeActions } from './scheduled-actions.ts';
import { runFaults } from './scheduled-faults.ts';
import { steadyLook, waitForSteadyState } from './steady-state.ts';

/** An event of the history with its subject. */
export type ToldEvent = Row<'events'> & { readonly kind: string; readonly name: string; readonly stage: string };

/**
 * Strikes each of the scenario's faults at its time, once the pipeline was seen steady (checked from the end of the warm-up to
 * the first fault), and takes its actions at theirs. Resolves when all faults are healed; if `signal` is aborted they are healed
 * at once.
 */
export async function strikeOnTheClock(
  drill: RunningDrill,
  signal: AbortSignal,
  onEvent: (event: ToldEvent) => void,
): Promise<FaultRecord[]> {
  const { plan, stack, processes, dependencies, curve, startsAt } = drill;
  const { scenario, target } = plan;
  const at = (moment: Moment) => momentMs(moment, scenario.timeScale, curve, startsAt);
  const tell = (kind: string) => (name: string, stage: string, detail: string) =>
    onEvent({ at: Date.now() * 1000, kind, name, stage, detail });
  const faults = scenario.faults.map((scheduled) => ({ spec: scheduled.fault, atMs: at(scheduled.at) }));
  const actions = (scenario.actions ?? []).map((scheduled) => ({ name: scheduled.action, atMs: at(scheduled.at) }));
  const firstAt = Math.min(...faults.map(({ atMs }) => atMs));
  const [records] = await Promise.all([
    faults.length === 0
      ? []
      : runFaults(
          faults,
          { ...drill, target, timeScale: scenario.timeScale, signal },
          steadyBy(drill, firstAt, signal, tell('phase')),
          tell('fault'),
        ),
    takeActions(actions, target, { processes, dependencies, stack: stack.direct, signal }, tell('action')),
  ]);
  return records;
}

/** Why the pipeline is not steady by the first fault; null if it is. Never rejects. */
async function steadyBy(
  { plan, log, starts, processes, curve, startsAt }: RunningDrill,
  firstAt: number,
  signal: AbortSignal,
  tell: (name: string, stage: string, detail: string) => void,
): Promise<string | null> {
  const warmUntil = curve.phases.findLast(({ warmUp }) => warmUp)?.endMs;
  const from = warmUntil === undefined ? firstAt : Math.min(firstAt, startsAt + warmUntil);
  const rate = () => curve.rateAt(Date.now() - startsAt) * operationsEach(plan.scenario.mix);
  const look = steadyLook(log, plan.target, starts, processes, rate);
  try {
    const lacking = await waitForSteadyState(look, from, firstAt, signal);
    tell('steady state', lacking === null ? 'verified' : 'failed', lacking ?? '');
    return lacking;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
