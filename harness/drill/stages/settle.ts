import { setTimeout as delay } from 'node:timers/promises';
import type { GeneratorRecord } from '../../history/drill-record.ts';
import { ms } from '../../scenario/time.ts';
import { waitUntilDrained } from '../drain.ts';
import { storeCalls } from '../../observe/store-calls.ts';
import type { DrillSurroundings } from '../drill-plan.ts';
import { waitUntilShelfSettles } from '../shelf-settles.ts';
import type { Loaded } from './load.ts';

/** The pipeline has drained, or used up its time, and is stopped. */
export interface Settled extends Loaded {
  /** Epoch µs; null if it did not drain in time. */
  readonly drainedAt: number | null;
  readonly totals: readonly GeneratorRecord[];
}

/** The fourth stage: waits for the drain, then stops probes, target and generators, in this order. */
export async function settle(loaded: Loaded, { stack, signal, onNote }: DrillSurroundings): Promise<Settled> {
  const { plan, log, starts, backlog, load, recorder, observing, processes, dependencies, generators } = loaded;
  const { scenario, target } = plan;
  onNote('Draining');
  const wait = { deadlineMs: ms(scenario.drainDeadline), timeScale: scenario.timeScale };
  const drainedAt = await waitUntilDrained(log, target, starts, wait, signal, backlog);
  const { readModel } = target;
  // A pipeline that has not drained may be right by accident, and wrong a moment later.
  if (readModel !== undefined && drainedAt === null) await delay(readModel.refreshMs, undefined, { signal });
  else if (readModel !== undefined) await waitUntilShelfSettles(stack, target, readModel, load.world, signal);
  await observing[Symbol.asyncDispose]();
  await processes[Symbol.asyncDispose]();
  await dependencies[Symbol.asyncDispose]();
  // A server counts what a connection did once it is closed.
  await recorder.append('samples', await storeCalls(stack.direct));
  return { ...loaded, drainedAt, totals: await generators.done };
}
