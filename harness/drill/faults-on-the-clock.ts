import type { FaultRecord } from '../history/drill-record.ts';
import type { Row } from '../history/schema.ts';
import { operationsEach } from '../load/expected-load.ts';
import type { RunningDrill } from './drill-plan.ts';
import { faultTimes } from './fault-times.ts';
import { runFaults } from './scheduled-faults.ts';
import { steadyLook, waitForSteadyState } from './steady-state.ts';

/**
 * Strikes each of the scenario's faults at its time, once the pipeline was seen to be steady: looked at from the end of the
 * warm-up to the first fault. Resolves when all are healed, which they are at once when `signal` is aborted.
 */
export async function strikeOnTheClock(
  drill: RunningDrill,
  signal: AbortSignal,
  onEvent: (event: Row<'events'> & { name: string; stage: string }) => void,
): Promise<FaultRecord[]> {
  const { plan, stack, log, starts, processes, curve, startsAt } = drill;
  const { scenario, target } = plan;
  const timed = faultTimes(scenario, curve, startsAt);
  if (timed.length === 0) return [];
  const tell = (kind: string, name: string, stage: string, detail: string) =>
    onEvent({ at: Date.now() * 1000, kind, name, stage, detail });
  const firstAt = Math.min(...timed.map(({ atMs }) => atMs));
  const warmUntil = curve.phases.findLast(({ warmUp }) => warmUp)?.endMs;
  const from = warmUntil === undefined ? firstAt : Math.min(firstAt, startsAt + warmUntil);
  const rate = () => curve.rateAt(Date.now() - startsAt) * operationsEach(scenario.mix);
  const look = steadyLook(log, target, starts, processes, rate);
  const steady = waitForSteadyState(look, from, firstAt, signal).then(
    (lacking) => {
      tell('phase', 'steady state', lacking === null ? 'verified' : 'failed', lacking ?? '');
      return lacking;
    },
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  return runFaults(timed, { stack, processes, timeScale: scenario.timeScale, signal }, steady, (name, stage, detail) =>
    tell('fault', name, stage, detail),
  );
}
