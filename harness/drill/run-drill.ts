import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DrillRecord } from '../history/drill-record.ts';
import { agentModule } from '../faults/agent.ts';
import { needsOfFaults } from '../faults/registry.ts';
import { mendStack } from '../faults/mend-stack.ts';
import { EventLog } from '../history/event-log.ts';
import { sealHistory } from '../history/parts.ts';
import { openRecorder } from '../history/recorder.ts';
import { thresholdsOf } from '../load/drivers/k6/thresholds.ts';
import { type GeneratorOptions, startGenerators } from '../load/generator.ts';
import { type LoadPlan, planLoad } from '../load/load-plan.ts';
import { sampleOfSurge } from '../load/surge-sample.ts';
import { KafkaLog } from '../observe/kafka-log.ts';
import { readBacklog } from '../observe/truth.ts';
import { ms } from '../scenario/time.ts';
import { requireStores } from '../stack/silent-stores.ts';
import type { TargetProcesses } from '../target/processes.ts';
import { startDependencies, startProcesses } from '../target/start-processes.ts';
import { needsOf } from '../target/target.ts';
import { processesOf } from '../target/target-shape.ts';
import { waitUntilDrained } from './drain.ts';
import { requireDisks } from './full-disk.ts';
import type { DrillPlan, DrillSurroundings } from './drill-plan.ts';
import { drillRecord, phaseRecords } from './drill-record.ts';
import { strikeOnTheClock } from './faults-on-the-clock.ts';
import { startObserving } from './observing.ts';
import { machineOfDrill } from './machine-of-drill.ts';
import { waitUntilShelfSettles } from './shelf-settles.ts';
import { readOffsets } from './offsets.ts';
import { readLogs } from './read-logs.ts';
import { recordOpening, recordTruth } from './record-truth.ts';

const urlOf = (port: number) => `http://127.0.0.1:${port}`;

/** From the moment that everything is ready to the first arrival. */
const leadMs = 300;

/**
 * The stages from a clean stack to a closed history; what comes after (judging, reporting) reads that history alone. Rejects
 * (69) naming the store where one goes away that the harness itself needs.
 */
export async function runDrill(plan: DrillPlan, around: DrillSurroundings): Promise<DrillRecord> {
  try {
    return await throughAllStages(plan, around);
  } catch (error) {
    if (around.signal.aborted) throw error;
    await requireDisks([around.session.folder, dirname(plan.historyFolder)], error);
    await requireStores(around.stack.direct, error);
    throw error;
  }
}

async function throughAllStages(plan: DrillPlan, around: DrillSurroundings): Promise<DrillRecord> {
  const begun = performance.now();
  const { scenario, target, historyFolder } = plan;
  const { stack, session, signal, onNote } = around;
  const loadScale = scenario.loadScale ?? 1;
  const load = planLoad(scenario, plan.domain, loadScale, plan.seed, target);
  const { curve, schedule, world } = load;
  const surgeSample = sampleOfSurge(world, schedule.phases, plan.domain.slotsPerArrival);

  onNote('Preparing a clean stack and the opening balances');
  await stack.reset(needsOf(target));
  await target.prepare(stack.direct, world);
  await mkdir(historyFolder, { recursive: true });
  await using recorder = await openRecorder(historyFolder, 'drill');
  await recordOpening(recorder, stack, target, world);
  const backlog = () => readBacklog(stack.direct.postgres, target.backlog ?? []);
  // What is wrong with the query shows now, not after the load.
  await backlog();
  await using log = new KafkaLog(stack.direct.kafka);
  const starts = await log.endOffsets(Object.keys(target.needs.topics));

  onNote(`Starting ${target.name}`);
  await using dependencies = await startDependencies(session, target, stack.direct);
  const specs = processesOf(target, {
    stack: stack.forTarget,
    timeScale: scenario.timeScale,
    dependencies: Object.fromEntries(dependencies.instances.map(({ spec, port }) => [spec.name, urlOf(port)])),
  });
  const agent = needsOfFaults(scenario).agent === true ? { agent: agentModule } : {};
  await using processes = await startProcesses(session, specs, agent);
  await using generators = startGenerators({
    ...plan,
    session,
    loadScale,
    targetName: target.name,
    addresses: stack.direct,
    visits: visitsOf(plan, around, load, processes),
  });
  await generators.ready;
  // A pipeline may start without a store that went away meanwhile; a drill of it would say nothing.
  await requireStores(stack.direct);
  signal.throwIfAborted();
  using seen = await machineOfDrill(around, processes, [session.folder, historyFolder]);

  const startsAt = Date.now() + leadMs;
  const running = {
    plan,
    stack,
    session,
    machine: seen.machine,
    log,
    starts,
    processes,
    dependencies,
    recorder,
    world,
    curve,
    schedule,
    surgeSample,
    startsAt,
  };
  const phases = phaseRecords(schedule, startsAt);
  const events = new EventLog(recorder);
  for (const { name, startsAt: at } of phases) events.add({ at, kind: 'phase', name, stage: 'commanded', detail: '' });
  around.metrics?.begin(running);
  await using observing = await startObserving(running, () => generators.sentSoFar(), around);
  const loadEnd = new AbortController();
  const faults = strikeOnTheClock(running, AbortSignal.any([signal, loadEnd.signal]), (event) => {
    events.add(event);
    around.metrics?.event(event);
    if (event.kind !== 'phase') observing.mark(`${event.kind} ${event.name} ${event.stage}`);
  });
  signal.addEventListener('abort', () => generators.stop(), { once: true });
  generators.begin(startsAt);
  try {
    await generators.settled;
  } finally {
    // Whatever became of the load: nothing ends before every fault has been healed.
    loadEnd.abort();
    await faults;
  }
  const faultRecords = await faults;
  if (!faultRecords.every(({ verified, healed }) => verified && healed)) await mendStack(stack);
  signal.throwIfAborted();

  onNote('Draining');
  const wait = { deadlineMs: ms(scenario.drainDeadline), timeScale: scenario.timeScale };
  const drainedAt = await waitUntilDrained(log, target, starts, wait, signal, backlog);
  const { readModel } = target;
  // A pipeline that has not come to its end may be right by accident, and wrong a moment later.
  if (readModel !== undefined && drainedAt === null) await delay(readModel.refreshMs, undefined, { signal });
  else if (readModel !== undefined) await waitUntilShelfSettles(stack, target, readModel, world, signal);
  await observing[Symbol.asyncDispose]();
  await processes[Symbol.asyncDispose]();
  await dependencies[Symbol.asyncDispose]();
  const totals = await generators.done;

  onNote('Reading the logs and the final truth');
  // Before the logs: a pipeline that runs on may answer meanwhile what its books hold now.
  const open = drainedAt === null ? { open: await backlog() } : {};
  const offsets = await readOffsets(log, target, starts);
  await readLogs(log, target, stack.stampedBy, offsets, recorder);
  await recordTruth(recorder, stack, target, world);
  const record = drillRecord(plan, stack, processes, {
    phases,
    loadEndedAt: Math.round((startsAt + curve.durationMs) * 1000),
    drainedAt,
    closedAt: Date.now() * 1000,
    ...open,
    offsets,
    generators: totals,
    faults: faultRecords,
    machine: seen.told,
    timings: { stackUpMs: Math.round(around.stackUpMs), drillMs: Math.round(performance.now() - begun) },
  });
  await events.written();
  await recorder[Symbol.asyncDispose]();
  await sealHistory(historyFolder, record);
  return record;
}

/** Who visits the target's shop, and where it is; undefined where the scenario has no visitors. */
function visitsOf(
  { scenario: { visits, objectives }, target }: DrillPlan,
  { k6, onNote }: DrillSurroundings,
  plan: LoadPlan,
  processes: TargetProcesses,
): GeneratorOptions['visits'] {
  if (visits === undefined || target.http === undefined) return undefined;
  if (k6 === undefined) throw new Error('a scenario has visits, and nobody looked for k6');
  const [shop] = processes.named(target.http.process);
  if (shop === undefined) throw new Error(`${target.name} says that its shop is ${target.http.process}, and runs none`);
  return { k6, visits, plan, baseUrl: urlOf(shop.port), thresholds: thresholdsOf(objectives), onNote };
}
