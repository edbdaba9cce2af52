import { clientWaitsMs } from '../judge/outcomes.ts';
import { operationsEach } from '../load/expected-load.ts';
import type { LoadCurve } from '../load/load-curve.ts';
import { mostWanted } from '../load/surge-sample.ts';
import { auditsProbe } from '../observe/audits.ts';
import { SampledDecisions } from '../observe/sampled-decisions.ts';
import { cpuProbe } from '../observe/cpu.ts';
import { databaseProbe } from '../observe/database.ts';
import { diskProbe } from '../observe/disk.ts';
import { fsyncProbe } from '../observe/machine/fsync.ts';
import { GroupsProbe } from '../observe/groups.ts';
import { LagClock, lagProbe } from '../observe/lag.ts';
import { memoryProbe } from '../observe/memory.ts';
import { pipelineMetricsProbe } from '../observe/pipeline-metrics.ts';
import type { Probe } from '../observe/probe.ts';
import { processesProbe } from '../observe/processes.ts';
import { redisProbe } from '../observe/redis.ts';
import { shelfProbe } from '../observe/shelf.ts';
import { onTheBeat, watch } from '../observe/watch.ts';
import type { LiveSample, News } from '../live/live-sample.ts';
import type { DrillSurroundings, RunningDrill } from './drill-plan.ts';

export interface Observing extends AsyncDisposable {
  /** Adds to the live view's next sample. */
  tell(news: News): void;
}

const keysARead = 20;
/** As many as fit on a page at a glance. */
const keysShown = 6;
const showEveryMs = 1_000;
const leastIntervalMs = 500;

/** Starts the probes; disposing stops them and waits for the last sample. */
export async function startObserving(
  drill: RunningDrill,
  sentSoFar: () => number,
  { onSample, metrics }: Pick<DrillSurroundings, 'onSample' | 'metrics'>,
): Promise<Observing> {
  const { plan, log, starts, recorder, curve, startsAt } = drill;
  const stop = new AbortController();
  const news: News[] = [];
  const decisions = sampleOnePartition(drill);
  const wanted = plan.target.readModel === undefined ? [] : mostWanted(drill.surgeSample, drill.world, keysShown);
  const left = new Map<string, number>();
  const lag = lagProbe(log, plan.target, starts);
  const clock = new LagClock();
  const rates = new Rates(plan.scenario.mix, curve);
  const now = (elapsedMs: number): LiveSample => {
    const { decided, furthestBehind } = lag.progress();
    return {
      elapsedMs: Math.max(0, elapsedMs),
      remainingMs: Math.max(0, curve.durationMs - elapsedMs),
      phase: phaseAt(curve, elapsedMs),
      ...rates.since(elapsedMs, sentSoFar(), decided),
      lagMessages: furthestBehind?.messages ?? null,
      lagSeconds: furthestBehind === undefined ? null : clock.seconds(elapsedMs, furthestBehind),
      p99Ms: decisions?.p99Ms() ?? null,
      servedShare: decisions?.servedShare() ?? null,
      wanted: wanted.map((one) => ({ ...one, left: left.get(one.key) ?? null })),
      news: news.splice(0),
    };
  };
  const show = () => Promise.resolve(onSample(now(Date.now() - startsAt)));
  await using opened = new AsyncDisposableStack();
  const keys = wanted.map(({ key }) => key);
  const probes = await openProbes(drill, lag, keys, opened);
  const open = opened.move();
  const watching = Promise.all([
    watch(
      probes,
      (samples) => {
        metrics?.samples(samples);
        for (const { probe, subject, value } of samples)
          if (probe === 'shelf' && subject !== null && value !== null) left.set(subject, value);
        return recorder.append('samples', samples);
      },
      stop.signal,
    ),
    onTheBeat(showEveryMs, stop.signal, show),
  ]);
  let ended: Promise<void> | undefined;
  return {
    tell: (one) => void news.push(one),
    [Symbol.asyncDispose]: () =>
      (ended ??= (async () => {
        stop.abort();
        await watching;
        await decisions?.[Symbol.asyncDispose]();
        await open.disposeAsync();
      })()),
  };
}

function phaseAt({ phases }: LoadCurve, elapsedMs: number): string {
  const phase = phases.find(({ startMs, endMs }) => elapsedMs >= startMs && elapsedMs < endMs);
  return phase?.name ?? (elapsedMs < 0 ? 'about to start' : 'drain');
}

/** Every probe that this drill can have; resources that they hold open go into `opened`. */
async function openProbes(
  drill: RunningDrill,
  lag: Probe,
  wanted: readonly string[],
  opened: AsyncDisposableStack,
): Promise<Probe[]> {
  const { plan, stack, session, machine, processes, dependencies } = drill;
  const probes: Probe[] = [
    machine,
    opened.use(await fsyncProbe(session.folder)),
    lag,
    processesProbe(processes),
    processesProbe(dependencies),
    memoryProbe(processes),
    cpuProbe({
      pipeline: processes.instances,
      dependencies: dependencies.instances,
      generators: drill.generators.pids,
    }),
  ];
  if (plan.target.consumerGroups.length > 0)
    probes.push(opened.use(new GroupsProbe(stack.direct.kafka, plan.target.consumerGroups)));
  if (plan.target.metrics !== undefined) probes.push(pipelineMetricsProbe(processes, plan.target.metrics));
  if (stack.logVolume !== undefined) probes.push(diskProbe(stack.logVolume));
  if (stack.direct.redis !== undefined) probes.push(opened.use(redisProbe(stack.direct.redis)));
  for (const [name, address] of Object.entries(stack.direct.postgres))
    probes.push(opened.use(databaseProbe(name, address, stack.forTarget.postgres[name]?.user ?? address.user)));
  for (const [store, audits] of Map.groupBy(plan.target.audits ?? [], (audit) => audit.store)) {
    const address = stack.direct.postgres[store];
    if (address === undefined)
      throw new Error(`the target reads an audit from '${store}', but the stack has no such Postgres`);
    probes.push(opened.use(auditsProbe(audits, address)));
  }
  const shelf = await plan.target.readModel?.open(stack.direct);
  if (shelf !== undefined) probes.push(shelfProbe(opened.use(shelf), () => keysToRead(drill, wanted)));
  return probes;
}

function sampleOnePartition({
  plan,
  log,
  starts,
  world,
  schedule,
  startsAt,
}: RunningDrill): SampledDecisions | undefined {
  const { topics } = plan.target.needs;
  const topic = Object.keys(topics).find((name) => topics[name]?.role === 'decisions');
  if (topic === undefined) return undefined;
  const firstCounted = schedule.phases.find((phase) => !phase.warmUp)?.firstArrival ?? 0;
  const { slotsPerArrival, answers } = plan.domain;
  const patienceMs = clientWaitsMs(plan.domain);
  const at = { topic, partition: 0, offset: starts.get(topic)?.[0] ?? 0 };
  return new SampledDecisions(log, plan.target, at, {
    plannedAtMs(op) {
      // The primary operation of an arrival has its first slot.
      if (op % slotsPerArrival !== 0) return undefined;
      const arrival = world.arrivalOf(op);
      return arrival < firstCounted ? undefined : startsAt + schedule.timeOf(arrival);
    },
    serves: (answer, latencyMs) => latencyMs <= patienceMs && answers.served.includes(answer),
  });
}

/** The keys most in demand, then the sequence that customers look at: the keys of operations planned around now. */
function keysToRead({ world, curve, schedule, startsAt }: RunningDrill, wanted: readonly string[]): string[] {
  const now = Math.min(Math.max(Date.now() - startsAt, 0), curve.durationMs);
  const arrival = Math.floor(curve.cumulative(now));
  const keys = new Set(wanted);
  for (let step = 0; step < keysARead; step++) {
    const index = Math.min(Math.max(arrival - step, 0), schedule.arrivals - 1);
    world.arrival(index, (op) => {
      if (keys.size < keysARead) keys.add(world.operation(op).key);
    });
  }
  return [...keys];
}

type RatesNow = Pick<LiveSample, 'plannedPerSecond' | 'sentPerSecond' | 'decidedPerSecond'>;

/** Primary operations per second between two samples. */
export class Rates {
  readonly #operationsEach: number;
  readonly #curve: Pick<LoadCurve, 'rateAt' | 'cumulative'>;
  #before: { atMs: number; sent: number; decided: number } | undefined;
  #last: RatesNow = { plannedPerSecond: 0, sentPerSecond: null, decidedPerSecond: null };

  /** `mix`: companions per primary operation. */
  constructor(mix: Readonly<Record<string, number>>, curve: Pick<LoadCurve, 'rateAt' | 'cumulative'>) {
    this.#operationsEach = operationsEach(mix);
    this.#curve = curve;
  }

  /** What was planned, sent and decided since the previous sample: the same interval for all three. */
  since(atMs: number, sent: number, decided: number): RatesNow {
    const before = this.#before;
    // After a late sample the next one comes soon: too short an interval for a rate, and its news may still be on the way.
    if (before !== undefined && atMs - before.atMs < leastIntervalMs) return this.#last;
    this.#before = { atMs, sent, decided };
    if (before === undefined) return (this.#last = { ...this.#last, plannedPerSecond: this.#curve.rateAt(atMs) });
    const seconds = ((atMs - before.atMs) / 1000) * this.#operationsEach;
    const planned = this.#curve.cumulative(Math.max(0, atMs)) - this.#curve.cumulative(Math.max(0, before.atMs));
    this.#last = {
      plannedPerSecond: (planned / (atMs - before.atMs)) * 1000,
      sentPerSecond: (sent - before.sent) / seconds,
      decidedPerSecond: (decided - before.decided) / seconds,
    };
    return this.#last;
  }
}
