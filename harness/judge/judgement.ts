/** What a judge says of one history. Pure data; every figure comes from the history alone. */

export type Verdict = 'pass' | 'fail' | 'inconclusive';

export interface ObjectiveResult {
  readonly name: string;
  readonly verdict: Verdict;
  /** Null where there was nothing to measure; Infinity is written as null with a detail. */
  readonly observed: number | null;
  readonly threshold: number;
  /** Which side is good: observed must be `below` or `atLeast` the threshold. */
  readonly sense: 'below' | 'atLeast';
  readonly unit: string;
  /** How many values stand behind it. */
  readonly evidence: number;
  /** How many the bound calls for, where the scenario let fewer pass. */
  readonly evidenceNeeded?: number;
  readonly during: string;
  /** Why it is inconclusive, or what else a reader must know; empty where nothing. */
  readonly detail: string;
  /** The report's curve that shows what it bounds; undefined where none does. */
  readonly curve?: Curve | undefined;
}

/** Latency in ms, age of the oldest undecided record in seconds, or messages of consumer lag. */
export type Curve = 'latencyMs' | 'lagSeconds' | 'lagMessages';

export interface Counterexample {
  readonly key: string | null;
  readonly ops: readonly number[];
  /** µs since the epoch. */
  readonly at: number | null;
  readonly harm: number;
  readonly detail: string;
}

export interface InvariantResult {
  readonly name: string;
  readonly promise: string;
  readonly verdict: Verdict;
  readonly violations: number;
  /** Most harmful first; the 10,000 worst where there are more. */
  readonly examples: readonly Counterexample[];
  readonly detail: string;
}

export interface GeneratorResult {
  readonly planned: number;
  readonly sent: number;
  readonly acked: number;
  readonly failed: number;
  readonly unsent: number;
  readonly sendErrorP99Ms: number;
  readonly sendErrorMaxMs: number;
  readonly cpuMicrosPerOp: number;
  /** In every phase, the warm-up aside. */
  readonly keptUp: boolean;
  /** Why it is not known whether it did; left out where it is. */
  readonly unknown?: string;
  /** The phases in which it did not, with the 99th percentile of late hand-over in them and what was never sent. */
  readonly late: readonly { readonly phase: string; readonly sendErrorP99Ms: number; readonly unsent: number }[];
}

/** What the machine gave to others while the drill ran. Shares are of the whole drill and all cores; null is what was not watched. */
export interface MachineResult {
  /** Watched, and others took hardly any of it. */
  readonly quiet: boolean;
  readonly foreignCpuShare: number | null;
  readonly stealShare: number | null;
  readonly ioPressureShare: number | null;
  /** For how long nobody watched, all together. */
  readonly stoodStillMs: number;
  readonly note: string;
}

export interface PhaseResult {
  readonly name: string;
  readonly plannedPerSecond: number;
  readonly sentPerSecond: number;
  readonly decidedPerSecond: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly p999Ms: number | null;
  readonly byAnswer: Readonly<
    Record<string, { readonly count: number; readonly p50Ms: number | null; readonly p99Ms: number | null }>
  >;
}

/** What became of operations of the primary kind; each is counted once. */
export interface ServiceCounts {
  /** Answered rightly in full mode within the time that a customer waits. */
  readonly correct: number;
  /** The same in a degraded mode, which the decision says of itself. */
  readonly degraded: number;
  readonly shed: number;
  readonly rejected: number;
  /** A counterexample: refused wrongly, promised beyond what was there, or taken back. */
  readonly wrong: number;
  /** Decided later than a customer waits, or never. */
  readonly timedOut: number;
  /** Could not be submitted. */
  readonly failed: number;
}

/** The service of the whole drill without its warm-up, from its seconds. */
export interface ServiceResult {
  readonly planned: number;
  readonly counts: ServiceCounts;
  /** (correct + degraded) ÷ planned; null where nothing was planned. */
  readonly goodShare: number | null;
  readonly clientWaitsMs: number;
  /** The favoured class first. */
  readonly byClass: Readonly<Record<string, { readonly planned: number; readonly shed: number }>>;
}

/**
 * One second of the drill, for the curves. `second` counts from the first phase's start. What became of the operations is
 * counted in the second in which they were planned.
 */
export interface SecondResult extends ServiceCounts {
  readonly second: number;
  readonly planned: number;
  readonly sent: number;
  readonly decided: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly lagMessages: number | null;
  readonly lagSeconds: number | null;
  /** Share of the sampled reads of the read model that were older than the pipeline declares; null where none was sampled. */
  readonly staleShare: number | null;
  /** Of the planned ones: those that were never decided, those of the favoured class, and those of them that were shed. */
  readonly undecided: number;
  readonly favoured: number;
  readonly shedFavoured: number;
  /** Shares of all cores, and of the second in which some task waited for a disk; null where the machine was not watched. */
  readonly foreignCpu: number | null;
  readonly ownCpu: number | null;
  readonly stealCpu: number | null;
  readonly ioPressure: number | null;
}

export interface ImpactResult {
  readonly name: string;
  readonly label: string;
  /** `paise`, `share`, or a word for what is counted. */
  readonly unit: string;
  readonly value: number;
  readonly formula: string;
  /** Whether it counts damage: anything but zero is bad. */
  readonly harm: boolean;
}

export interface EventResult {
  readonly at: number;
  readonly kind: string;
  readonly name: string;
  readonly stage: string;
  readonly detail: string;
}

/** One fault as responders lived it; times are µs since the epoch, null where it never came to that. */
export interface IncidentResult {
  readonly name: string;
  readonly struckAt: number;
  readonly verified: boolean;
  /** What was seen of it. */
  readonly detail: string;
  /** When customers first felt it. */
  readonly impactAt: number | null;
  /** The first alert that names its cause. */
  readonly alert: { readonly name: string; readonly subject: string; readonly at: number } | null;
  /** Why no alert could have named it; empty where one could. */
  readonly unwatched: string;
  readonly healedAt: number | null;
  /** When all was well again. */
  readonly recoveredAt: number | null;
  /** What responders did before the next fault. */
  readonly actions: readonly { readonly name: string; readonly at: number; readonly stage: string }[];
}

/** The error budget of one objective. */
export interface BudgetResult {
  readonly objective: string;
  /** A phase's name; empty for the whole drill without its warm-up. */
  readonly during: string;
  /** 0.001 where 99.9 % is promised. */
  readonly allowedShare: number;
  readonly planned: number;
  /** `planned × allowedShare` */
  readonly allowed: number;
  readonly bad: number;
  /** Share of the whole budget that is gone; 1 is all of it. Infinite where none is allowed. */
  readonly burn: number;
  /** The worst windows of each length: how many times as fast as is allowed, and from when on. */
  readonly worst: readonly { readonly windowSeconds: number; readonly burn: number; readonly at: number | null }[];
}

/** A dangerous state that the drill has been in, and how often. */
export interface ReachedResult {
  readonly state: string;
  /** What was counted, in words. */
  readonly meaning: string;
  readonly count: number;
}

/** An operation that a counterexample names. */
export interface ToldOperation {
  readonly op: number;
  readonly kind: string;
  readonly key: string;
  /** Of the key; null where the catalogue has none. */
  readonly name: string | null;
  /** In what the domain measures (units, paise); null where it measures nothing. */
  readonly asked: number | null;
  /** µs: appended to the log, or planned where it never was. */
  readonly at: number | null;
  readonly answer: string | null;
  readonly decidedAt: number | null;
  /** Of its key after its own effect; null where it had none, or no versions say in which order effects came. */
  readonly left: number | null;
}

export interface Judgement {
  /** What phases, seconds and service count: `orders`. */
  readonly primaryPlural: string;
  readonly verdict: Verdict;
  /** One sentence each: why inconclusive, clocks that disagree, a generator that fell behind, scales that are not 1. */
  readonly notes: readonly string[];
  readonly objectives: readonly ObjectiveResult[];
  readonly invariants: readonly InvariantResult[];
  /** Those that the first counterexamples name, by their time. */
  readonly operations: readonly ToldOperation[];
  /** What is asked for and left is counted in; null where nothing is. */
  readonly measure: 'units' | 'paise' | null;
  readonly generator: GeneratorResult;
  readonly machine: MachineResult;
  readonly phases: readonly PhaseResult[];
  readonly seconds: readonly SecondResult[];
  readonly service: ServiceResult;
  readonly budgets: readonly BudgetResult[];
  readonly impact: readonly ImpactResult[];
  /** What the drill did, and the alerts that it would have set off. */
  readonly events: readonly EventResult[];
  readonly incidents: readonly IncidentResult[];
  readonly reached: readonly ReachedResult[];
  readonly clock: { readonly agrees: boolean; readonly worstOffsetMs: number };
  /** Provably failed and yet in the log: our own bug, exit 70. */
  readonly failedButPresent: number;
  readonly judgeMs: number;
}
