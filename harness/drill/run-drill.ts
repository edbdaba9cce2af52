import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Domain, World } from '../domains/domain.ts';
import type { DrillRecord, FaultRecord, PhaseRecord } from '../history/drill-record.ts';
import { openRecorder, type Recorder } from '../history/recorder.ts';
import { arrivalSchedule, type ArrivalSchedule } from '../load/arrival-schedule.ts';
import type { Row } from '../history/schema.ts';
import { expectedLoad } from '../load/expected-load.ts';
import { startGenerators } from '../load/generator.ts';
import { compileLoad } from '../load/load-curve.ts';
import { KafkaLog } from '../observe/kafka-log.ts';
import { readBalances, readEffects } from '../observe/truth.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { ms } from '../scenario/time.ts';
import type { Session } from '../session/session.ts';
import type { Stack } from '../stack/stack.ts';
import type { TargetProcesses } from '../target/processes.ts';
import { startProcesses } from '../target/start-processes.ts';
import type { Target } from '../target/target.ts';
import { waitUntilDrained } from './drain.ts';
import { readOffsets } from './offsets.ts';
import { readLogs } from './read-logs.ts';
import { runFaults } from './scheduled-faults.ts';
import { faultTimes } from './fault-times.ts';
import type { LiveSample } from '../report/live.ts';
import { startObserving } from './observing.ts';

/** One drill of one target, resolved and validated. */
export interface DrillPlan {
  readonly run: string;
  readonly scenario: Scenario & { readonly invariants: readonly string[] };
  readonly domain: Domain;
  readonly target: Target;
  readonly seed: number;
  readonly shards: number;
  /** Folder that the history is written to; made if it is not there. */
  readonly historyFolder: string;
  /** The module that a generator process loads its registry from, and the folder that it loads it for. */
  readonly registryModule: string;
  readonly folder: string;
  /** The command that repeats this run. */
  readonly command: string;
}

export interface DrillSurroundings {
  readonly session: Session;
  readonly stack: Stack;
  readonly stackUpMs: number;
  /** Aborted by Ctrl-C: the drill heals, stops, and rejects with the signal's reason. */
  readonly signal: AbortSignal;
  readonly onNote: (line: string) => void;
  readonly onSample: (sample: LiveSample) => void;
}

const leadMs = 300;

/** The nine stages from a clean stack to a closed history; what comes after (judging, reporting) reads that history alone. */
export async function runDrill(plan: DrillPlan, around: DrillSurroundings): Promise<DrillRecord> {
  const begun = performance.now();
  const { scenario, target } = plan;
  const { stack, session, signal, onNote } = around;
  const loadScale = scenario.loadScale ?? 1;
  const curve = compileLoad(scenario.load, loadScale);
  const schedule = arrivalSchedule(curve, scenario.arrivals ?? 'uniform', plan.seed);
  const world = plan.domain.openWorld(scenario.world, plan.seed, expectedLoad(curve, scenario.mix));

  onNote('Preparing a clean stack and the opening stock');
  await stack.reset(target.needs);
  await target.prepare(stack.direct, world);
  await mkdir(plan.historyFolder, { recursive: true });
  await using recorder = await openRecorder(plan.historyFolder, 'drill');
  await recordOpening(recorder, stack, target, world);
  await using log = new KafkaLog(stack.direct.kafka);
  const starts = await log.endOffsets(Object.keys(target.needs.topics));

  onNote(`Starting ${target.name}`);
  await using processes = await startProcesses(
    session,
    target.processes({ stack: stack.forTarget, timeScale: scenario.timeScale }),
  );
  await using generators = startGenerators({
    session,
    registryModule: plan.registryModule,
    folder: plan.folder,
    scenario,
    loadScale,
    targetName: target.name,
    seed: plan.seed,
    shards: plan.shards,
    addresses: stack.direct,
    historyFolder: plan.historyFolder,
  });
  await generators.ready;
  signal.throwIfAborted();

  const startsAt = Date.now() + leadMs;
  const phases = phaseRecords(schedule, startsAt);
  const events = new Events(recorder);
  for (const { name, startsAt: at } of phases) events.add({ at, kind: 'phase', name, stage: 'commanded', detail: '' });
  const drillEnd = new AbortController();
  const untilEnd = AbortSignal.any([signal, drillEnd.signal]);
  await using observing = await startObserving(
    {
      plan,
      stack,
      log,
      starts,
      processes,
      recorder,
      world,
      curve,
      schedule,
      startsAt,
      sentSoFar: () => generators.sentSoFar(),
    },
    around.onSample,
  );
  const onStage = (name: string, stage: string, detail: string) => {
    events.add({ at: Date.now() * 1000, kind: 'fault', name, stage, detail });
    observing.mark(`${name} ${stage}`);
  };
  const faults = runFaults(
    faultTimes(scenario, curve, startsAt),
    { stack, processes, timeScale: scenario.timeScale, signal: untilEnd },
    onStage,
  );
  const stopLoad = () => generators.stop();
  signal.addEventListener('abort', stopLoad, { once: true });
  generators.begin(startsAt);
  await generators.settled;
  const loadEndedAt = startsAt + curve.durationMs;
  drillEnd.abort();
  const faultRecords: FaultRecord[] = await faults;
  signal.throwIfAborted();

  onNote('Draining');
  const drainedAt = await waitUntilDrained(log, target, starts, ms(scenario.drainDeadline), signal);
  if (target.readModel !== undefined) await delay(target.readModel.refreshMs, undefined, { signal });
  await observing[Symbol.asyncDispose]();
  await processes[Symbol.asyncDispose]();
  const totals = await generators.done;
  const offsets = await readOffsets(log, target, starts);

  onNote('Reading the logs and the final truth');
  await readLogs(log, target, stack.stampedBy, offsets, recorder);
  await recordTruth(recorder, stack, target, world);
  const record: DrillRecord = {
    schema: 1,
    run: plan.run,
    seed: plan.seed,
    scenario,
    loadScale,
    target: { name: target.name, readModel: readModelOf(target), memoryLimitMiB: memoryLimit(processes) },
    stack: { kind: stack.kind, reason: stack.reason, versions: stack.versions, stampedBy: stack.stampedBy },
    phases,
    loadEndedAt: loadEndedAt * 1000,
    drainedAt,
    closedAt: Date.now() * 1000,
    offsets,
    generators: totals,
    faults: faultRecords,
    timings: { stackUpMs: Math.round(around.stackUpMs), drillMs: Math.round(performance.now() - begun) },
    machine: machine(),
    command: plan.command,
  };
  await events.written();
  await recorder[Symbol.asyncDispose]();
  await writeFile(join(plan.historyFolder, 'drill.json'), `${JSON.stringify(record, null, 1)}\n`);
  return record;
}

async function recordOpening(recorder: Recorder, stack: Stack, target: Target, world: World): Promise<void> {
  await recorder.append(
    'catalogue',
    world.catalogue.map(({ key, name, category, pricePaise }) => ({ key, name, category, price_paise: pricePaise })),
  );
  await readBalances(stack.direct.postgres, target.balances, 'before', (rows) => recorder.append('balances', rows));
}

async function recordTruth(recorder: Recorder, stack: Stack, target: Target, world: World): Promise<void> {
  await readEffects(stack.direct.postgres, target.effects, (rows) => recorder.append('effects', rows));
  await readBalances(stack.direct.postgres, target.balances, 'after', (rows) => recorder.append('balances', rows));
  if (target.readModel === undefined) return;
  await using reader = await target.readModel.open(stack.direct);
  const store = target.readModel.name;
  const keys = world.opening.map(({ key }) => key);
  const values = await reader.read(keys);
  await recorder.append(
    'balances',
    keys.map((key, index) => ({
      store,
      key,
      moment: 'after',
      available: values[index] ?? null,
      sold: null,
      version: null,
    })),
  );
}

function phaseRecords(schedule: ArrivalSchedule, startsAt: number): PhaseRecord[] {
  return schedule.phases.map(({ name, warmUp, startMs, endMs, arrivals }) => ({
    name,
    warmUp,
    startsAt: Math.round((startsAt + startMs) * 1000),
    endsAt: Math.round((startsAt + endMs) * 1000),
    arrivals,
  }));
}

const readModelOf = ({ readModel }: Target): DrillRecord['target']['readModel'] =>
  readModel === undefined
    ? null
    : { name: readModel.name, stalenessMs: readModel.stalenessMs, refreshMs: readModel.refreshMs };

function memoryLimit(processes: TargetProcesses): number | null {
  const limits = processes.instances.map((instance) => instance.spec.memoryLimitMiB);
  return limits.length === 0 || limits.includes(undefined) ? null : Math.max(...limits.map((limit) => limit ?? 0));
}

const machine = (): DrillRecord['machine'] => ({
  cpus: cpus().length,
  memoryMiB: Math.round(totalmem() / 1024 / 1024),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
});

/** Events come from several places at once; the recorder takes one call at a time. */
class Events {
  readonly #recorder: Recorder;
  #tail: Promise<void> = Promise.resolve();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  add(event: Row<'events'>): void {
    this.#tail = this.#tail.then(() => this.#recorder.append('events', [event]));
    // Rejections are met in written().
    this.#tail.catch(() => {});
  }

  written(): Promise<void> {
    return this.#tail;
  }
}
