import { Counter, Gauge, Registry } from 'prom-client';
import type { Operation } from '../../domains/domain.ts';
import type { Row } from '../../history/schema.ts';
import { operationsEach } from '../../load/expected-load.ts';
import type { LoadCurve } from '../../load/load-curve.ts';
import { meanAmountPaise } from '../../load/surge-sample.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { memoryLimitMiB, type TargetProcesses } from '../../target/processes.ts';
import type { LiveSample } from '../live-sample.ts';
import { drillMetrics, type ExposedMetric, kindOf, type ProbeMetric, probeMetrics } from './exposed.ts';

/** What is known of a drill before its first sample. */
interface MeteredDrill {
  readonly plan: {
    readonly run: string;
    readonly scenario: Pick<Scenario, 'name' | 'mix'>;
    readonly target: { readonly name: string };
  };
  readonly curve: Pick<LoadCurve, 'phases' | 'durationMs' | 'cumulative'>;
  readonly surgeSample: readonly Pick<Operation, 'amountPaise'>[];
  readonly processes: Pick<TargetProcesses, 'instances'>;
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Seen {
  readonly value: number;
  readonly atMs: number;
}

/** Samples come in batches of a second, and the slowest probe takes five to find nothing. */
const staleAfterMs = 6_000;
/** Two seconds to decide, and up to one until a sample arrives. */
const dueAfterMs = 3_000;
const bytesPerMiB = 1024 * 1024;

/** The latest samples of a drill, as Prometheus reads them: fed by what is sampled anyway; it queries nothing itself. */
export class DrillMetrics {
  readonly #registry = new Registry();
  readonly #now: () => number;
  #drill: MeteredDrill | undefined;
  #live: { readonly sample: LiveSample; readonly atMs: number } | undefined;
  /** By probe, then by subject; '' if there is only one. */
  readonly #seen = new Map<string, Map<string, Seen>>();
  readonly #held = new Map<string, number>();
  #meanPaise = 0;

  /** `now`: milliseconds since the epoch, the clock of the samples. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
    for (const [probe, metric] of Object.entries(probeMetrics))
      this.#expose(metric, () => this.#seriesOf(probe, metric));
    this.#exposePlan();
    this.#exposeLive();
  }

  /** Another drill: forgets everything about the previous one. */
  begin(drill: MeteredDrill): void {
    this.#drill = drill;
    this.#meanPaise = meanAmountPaise(drill.surgeSample);
    this.#live = undefined;
    this.#seen.clear();
    this.#held.clear();
    // A counter whose first value is seen late has lost what came before.
    this.#seenOf('decided').set('', { value: 0, atMs: this.#now() });
  }

  live(sample: LiveSample): void {
    this.#live = { sample, atMs: this.#now() };
  }

  samples(rows: readonly Row<'samples'>[]): void {
    // The shelf has thousands of keys: keeps the lowest of each batch.
    let lowest: Seen | undefined;
    for (const { probe, subject, value, at } of rows) {
      if (probe === null || value === null || at === null || probeMetrics[probe] === undefined) continue;
      const seen = { value, atMs: at / 1000 };
      if (probe === 'shelf') lowest = lowest !== undefined && lowest.value <= value ? lowest : seen;
      else this.#seenOf(probe).set(subject ?? '', seen);
    }
    if (lowest !== undefined) this.#seenOf('shelf').set('', lowest);
  }

  event({ kind, name, stage }: { readonly kind: string; readonly name: string; readonly stage: string }): void {
    if (kind !== 'fault') return;
    const held = this.#held.get(name) ?? 0;
    if (stage === 'commanded') this.#held.set(name, held + 1);
    if (stage === 'healed') this.#held.set(name, Math.max(0, held - 1));
  }

  /** `/metrics`, in Prometheus's text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The processes under test and the address of each one's `/metrics`, in the format of Prometheus's HTTP service discovery. */
  pipelineTargets(): readonly { targets: readonly string[]; labels: Readonly<Record<string, string>> }[] {
    const instances = this.#drill?.processes.instances ?? [];
    return instances.map(({ name, port }) => ({ targets: [`127.0.0.1:${port}`], labels: { process: name } }));
  }

  #exposePlan(): void {
    const constant = (metric: ExposedMetric, value: (drill: MeteredDrill) => number | null) =>
      this.#expose(metric, () => only(this.#drill === undefined ? null : value(this.#drill)));
    this.#expose(drillMetrics.info, () => {
      if (this.#drill === undefined) return [];
      const { run, scenario, target } = this.#drill.plan;
      return [{ labels: { scenario: scenario.name, target: target.name, run }, value: 1 }];
    });
    constant(drillMetrics.memoryLimit, ({ processes }) => times(memoryLimitMiB(processes), bytesPerMiB));
    constant(drillMetrics.peak, ({ plan, curve }) => {
      const rates = curve.phases.map(({ arrivals, startMs, endMs }) => (arrivals * 1000) / (endMs - startMs));
      return Math.max(0, ...rates.filter(Number.isFinite)) * operationsEach(plan.scenario.mix);
    });
  }

  #exposeLive(): void {
    const figure = (metric: ExposedMetric, value: (sample: LiveSample) => number | null) =>
      this.#expose(metric, () => only(this.#fresh(this.#live) ? value(this.#live.sample) : null));
    this.#expose(drillMetrics.phase, () =>
      this.#fresh(this.#live) ? [{ labels: { phase: this.#live.sample.phase }, value: 1 }] : [],
    );
    this.#expose(drillMetrics.faults, () => Array.from(this.#held, ([fault, value]) => ({ labels: { fault }, value })));
    figure(drillMetrics.planned, ({ plannedPerSecond }) => plannedPerSecond);
    figure(drillMetrics.sent, ({ sentPerSecond }) => sentPerSecond);
    figure(drillMetrics.decided, ({ decidedPerSecond }) => decidedPerSecond);
    figure(drillMetrics.plannedAmount, ({ plannedPerSecond }) => times(plannedPerSecond, this.#meanPaise));
    figure(drillMetrics.served, ({ servedShare }) => servedShare);
    figure(drillMetrics.lagSeconds, ({ lagSeconds }) => lagSeconds);
    figure(drillMetrics.p99, ({ p99Ms }) => times(p99Ms, 1e-3));
    this.#expose(drillMetrics.plannedTotal, () => only(this.#plannedUntil(0)));
    this.#expose(drillMetrics.dueTotal, () => only(this.#plannedUntil(dueAfterMs)));
    this.#expose(drillMetrics.overdue, () => only(this.#overduePaise()));
  }

  /** Operations of all kinds planned until that long ago; null if no drill is running. */
  #plannedUntil(agoMs: number): number | null {
    if (this.#drill === undefined) return null;
    if (this.#live === undefined) return 0;
    if (!this.#fresh(this.#live)) return null;
    const { curve, plan } = this.#drill;
    const untilMs = Math.min(Math.max(this.#live.sample.elapsedMs - agoMs, 0), curve.durationMs);
    return curve.cumulative(untilMs) * operationsEach(plan.scenario.mix);
  }

  #overduePaise(): number | null {
    const due = this.#plannedUntil(dueAfterMs);
    if (due === null || this.#drill === undefined) return null;
    // The last value, however old: a broker that does not answer gives nobody an answer.
    const decided = this.#seenOf('decided').get('')?.value ?? 0;
    return (Math.max(0, due - decided) / operationsEach(this.#drill.plan.scenario.mix)) * this.#meanPaise;
  }

  #seriesOf(probe: string, { labels, factor }: ProbeMetric): Series[] {
    const withKind = labels.includes('kind');
    return [...this.#seenOf(probe)].flatMap(([subject, seen]): Series[] => {
      if (!this.#fresh(seen)) return [];
      const kind = withKind ? { kind: kindOf(subject, this.#seenOf('memory').has(subject)) } : {};
      return [{ labels: labels.length === 0 ? {} : { subject, ...kind }, value: seen.value * factor }];
    });
  }

  #seenOf(probe: string): Map<string, Seen> {
    const seen = this.#seen.get(probe) ?? new Map<string, Seen>();
    this.#seen.set(probe, seen);
    return seen;
  }

  /** Drops values that are too old: a gap says more than an old value. */
  #fresh<Dated extends { readonly atMs: number }>(seen: Dated | undefined): seen is Dated {
    return seen !== undefined && this.#now() - seen.atMs <= staleAfterMs;
  }

  #expose({ name, help, type, labels }: ExposedMetric, series: () => readonly Series[]): void {
    const configuration = { name, help, labelNames: [...labels], registers: [] };
    /** Without labels, a reset leaves a zero that nobody has observed. */
    const empty = (metric: Gauge | Counter) => (labels.length === 0 ? metric.remove() : metric.reset());
    const gauge = () =>
      new Gauge({
        ...configuration,
        collect() {
          empty(this);
          for (const { labels: of, value } of series()) this.set(of, value);
        },
      });
    const counter = () =>
      new Counter({
        ...configuration,
        collect() {
          empty(this);
          for (const { labels: of, value } of series()) this.inc(of, value);
        },
      });
    this.#registry.registerMetric(type === 'gauge' ? gauge() : counter());
  }
}

const only = (value: number | null): Series[] => (value === null ? [] : [{ labels: {}, value }]);
const times = (value: number | null, factor: number): number | null => (value === null ? null : value * factor);
