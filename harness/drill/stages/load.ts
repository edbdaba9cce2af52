import { mendStack } from '../../faults/mend-stack.ts';
import type { FaultRecord, PhaseRecord } from '../../history/drill-record.ts';
import { EventLog } from '../../history/event-log.ts';
import { sampleOfSurge } from '../../load/surge-sample.ts';
import { storeCalls } from '../../observe/store-calls.ts';
import type { DrillSurroundings, RunningDrill } from '../drill-plan.ts';
import { phaseRecords } from '../drill-record.ts';
import { strikeOnTheClock } from '../faults-on-the-clock.ts';
import { type Observing, startObserving } from '../observing.ts';
import type { Started } from './start.ts';

/** Everything was sent and answered or given up, and every fault is healed; the pipeline may still be at work. */
export interface Loaded extends Started {
  /** Epoch ms of the first arrival. */
  readonly startsAt: number;
  readonly phases: readonly PhaseRecord[];
  readonly events: EventLog;
  readonly observing: Observing;
  readonly faults: readonly FaultRecord[];
}

/** From the moment everything is ready to the first arrival. */
const leadMs = 300;

/** The third stage: load, faults and actions on one clock. Probes go on until `held` ends or the result is disposed. */
export async function load(started: Started, around: DrillSurroundings, held: AsyncDisposableStack): Promise<Loaded> {
  const { recorder, generators, load: planned, seen } = started;
  const { stack, session, signal, metrics } = around;
  await recorder.append('samples', await storeCalls(stack.direct));
  const startsAt = Date.now() + leadMs;
  const surgeSample = sampleOfSurge(planned.world, planned.schedule.phases, started.plan.domain.slotsPerArrival);
  const running: RunningDrill = {
    ...started,
    ...planned,
    stack,
    session,
    machine: seen.machine,
    surgeSample,
    startsAt,
  };
  const phases = phaseRecords(planned.schedule, startsAt);
  const events = new EventLog(recorder);
  for (const { name, startsAt: at } of phases) events.add({ at, kind: 'phase', name, stage: 'commanded', detail: '' });
  metrics?.begin(running);
  const observing = held.use(await startObserving(running, () => generators.sentSoFar(), around));
  const loadEnd = new AbortController();
  const striking = strikeOnTheClock(running, AbortSignal.any([signal, loadEnd.signal]), (event) => {
    events.add(event);
    metrics?.event(event);
    if (event.kind !== 'phase') observing.tell(event);
  });
  signal.addEventListener('abort', () => generators.stop(), { once: true });
  generators.begin(startsAt);
  try {
    await generators.settled;
  } finally {
    // Whatever happened to the load, every fault is healed before anything stops.
    loadEnd.abort();
    await striking;
  }
  const faults = await striking;
  if (!faults.every(({ verified, healed }) => verified && healed)) await mendStack(stack);
  signal.throwIfAborted();
  return { ...started, startsAt, phases, events, observing, faults };
}
