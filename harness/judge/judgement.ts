/** The result of judging one history. Pure data; every figure comes from the history alone. */
import type { CostResult } from './cost-result.ts';
import type { ReachedResult } from './reached-result.ts';
import type { ToldOperation } from './told-operation.ts';

export type Verdict = 'pass' | 'fail' | 'inconclusive';

export interface ObjectiveResult {
  readonly name: string;
  readonly verdict: Verdict;
  /** Null if there was nothing to measure; Infinity is written as null with a detail. */
  readonly observed: number | null;
  readonly threshold: number;
  /** Which side is good: observed must be `below` or `atLeast` the threshold. */
  readonly sense: 'below' | 'atLeast';
  readonly unit: string;
  /** How many values stand behind it. */
  readonly evidence: number;
  /** How many the bound needs, if the scenario accepted fewer. */
  readonly evidenceNeeded?: number;
  readonly during: string;
  /** Why it is inconclusive, or a remark; may be empty. */
  readonly detail: string;
  /** The report's curve on which the bound is drawn; undefined if there is none. */
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
  /** In every phase except the warm-up. */
  readonly keptUp: boolean;
  /** Why that is unknown; absent if it is known. */
  readonly unknown?: string;
  /** The phases in which it did not, with their p99 hand-over delay and how many operations were never sent. */
  readonly late: readonly { readonly phase: string; readonly sendErrorP99Ms: number; readonly unsent: number }[];
}

/** What others took of the machine during the drill. Shares of the whole drill and all cores; null if not measured. */
export interface MachineResult {
  /** Measured, and others took hardly any of it. */
  readonly quiet: boolean;
  readonly foreignCpuShare: number | null;
  readonly stealShare: number | null;
  readonly ioPressureShare: number | null;
  /** Total time in which nothing was sampled. */
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

/** Outcomes of operations of the primary kind; each is counted once. */
export interface ServiceCounts {
  /** Answered correctly in full mode within the customer's patience. */
  readonly correct: number;
  /** The same in degraded mode, as the decision says. */
  readonly degraded: number;
  readonly shed: number;
  readonly rejected: number;
  /** A counterexample: refused wrongly, promised beyond what was available, or taken back. */
  readonly wrong: number;
  /** Decided after the customer's patience ran out, or never. */
  readonly timedOut: number;
  /** Could not be submitted. */
  readonly failed: number;
}

/** The service over the whole drill without its warm-up. */
export interface ServiceResult {
  readonly planned: number;
  readonly counts: ServiceCounts;
  /** (correct + degraded) ÷ planned; null if nothing was planned. */
  readonly goodShare: number | null;
  readonly clientWaitsMs: number;
  /** The favoured class first. */
  readonly byClass: Readonly<Record<string, { readonly planned: number; readonly shed: number }>>;
}

/**
 * One second of the drill, for the curves. `second` counts from the start of the first phase. Outcomes belong to the second in
 * which the operation was planned.
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
  /** Share of the sampled reads of the read model that were staler than the pipeline declares; null if none was sampled. */
  readonly staleShare: number | null;
  /** Of the planned operations: those never decided, those of the favoured class, and those of that class that were shed. */
  readonly undecided: number;
  readonly favoured: number;
  readonly shedFavoured: number;
  /** Shares of all cores, and of the second in which some task waited for a disk; null if not measured. */
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

/** One fault as responders experienced it; times are µs since the epoch, null if it never happened. */
export interface IncidentResult {
  readonly name: string;
  readonly struckAt: number;
  readonly verified: boolean;
  /** What was observed. */
  readonly detail: string;
  /** When it first affected customers. */
  readonly impactAt: number | null;
  /** The first alert that names its cause. */
  readonly alert: { readonly name: string; readonly subject: string; readonly at: number } | null;
  /** Why no alert could have named it; empty if one could. */
  readonly unwatched: string;
  readonly healedAt: number | null;
  /** When everything was well again. */
  readonly recoveredAt: number | null;
  /** What responders did before the next fault. */
  readonly actions: readonly { readonly name: string; readonly at: number; readonly stage: string }[];
}

/** The error budget of one objective. */
export interface BudgetResult {
  readonly objective: string;
  /** A phase's name; empty for the whole drill without its warm-up. */
  readonly during: string;
  /** 0.001 for 99.9 %. */
  readonly allowedShare: number;
  readonly planned: number;
  /** `planned × allowedShare` */
  readonly allowed: number;
  readonly bad: number;
  /** Share of the whole budget that is used; 1 is all of it. Infinite if nothing may be bad. */
  readonly burn: number;
  /** The worst window of each length: its burn rate, and its start. */
  readonly worst: readonly { readonly windowSeconds: number; readonly burn: number; readonly at: number | null }[];
}

export interface Judgement {
  /** What phases, seconds and service count: `orders`. */
  readonly primaryPlural: string;
  readonly verdict: Verdict;
  /** One sentence each: why inconclusive, clocks that disagree, a generator that fell behind, scales that are not 1. */
  readonly notes: readonly string[];
  /** Those of the notes that keep the drill from passing, whatever was measured. */
  readonly doubts: readonly string[];
  readonly objectives: readonly ObjectiveResult[];
  readonly invariants: readonly InvariantResult[];
  /** Those named by the first counterexamples, by time. */
  readonly operations: readonly ToldOperation[];
  /** The unit of quantities asked for and left; null if there is none. */
  readonly measure: 'units' | 'paise' | null;
  readonly generator: GeneratorResult;
  readonly machine: MachineResult;
  readonly phases: readonly PhaseResult[];
  readonly seconds: readonly SecondResult[];
  readonly service: ServiceResult;
  readonly budgets: readonly BudgetResult[];
  readonly impact: readonly ImpactResult[];
  /** What the drill did, and the alerts that would have fired. */
  readonly events: readonly EventResult[];
  readonly incidents: readonly IncidentResult[];
  readonly reached: readonly ReachedResult[];
  readonly costs: CostResult;
  readonly clock: { readonly agrees: boolean; readonly worstOffsetMs: number };
  /** Provably failed and yet in the log: our own bug, exit 70. */
  readonly failedButPresent: number;
  readonly judgeMs: number;
}
