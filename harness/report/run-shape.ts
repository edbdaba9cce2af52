import { z } from 'zod';
import type { Parsed } from '../schema-problems.ts';

/** JSON cannot express numbers that are not finite, and writes null. */
const figure = z.number().nullable();
const count = z.int().min(0);
/** µs since the epoch. */
const time = z.int().min(0);
const verdict = z.enum(['pass', 'fail', 'inconclusive']);

const objective = z.strictObject({
  name: z.string(),
  verdict,
  /** Null if there was nothing to measure, or if a missed event never came. */
  observed: figure,
  threshold: figure,
  unit: z.string(),
  /** How many values stand behind it. */
  evidence: count,
  /** A phase's name, or `whole drill`. */
  during: z.string(),
  /** Which side is good. */
  sense: z.enum(['below', 'atLeast']),
  detail: z.string(),
});

const invariant = z.strictObject({
  name: z.string(),
  verdict,
  violations: count,
  /** At most ten, most harmful first. */
  examples: z
    .array(
      z.strictObject({
        key: z.string().nullable(),
        ops: z.array(z.int()),
        at: z.int().nullable(),
        harm: figure,
        detail: z.string(),
      }),
    )
    .max(10),
  promise: z.string(),
  detail: z.string(),
});

const generator = z.strictObject({
  planned: count,
  sent: count,
  acked: count,
  failed: count,
  unsent: count,
  sendErrorP99Ms: figure,
  sendErrorMaxMs: figure,
  cpuMicrosPerOp: figure,
  keptUp: z.boolean(),
  /** Why that is unknown; absent if it is known. */
  unknown: z.string().exactOptional(),
  late: z.array(z.strictObject({ phase: z.string(), sendErrorP99Ms: figure, unsent: count })),
});

const phase = z.strictObject({
  name: z.string(),
  plannedPerSecond: figure,
  sentPerSecond: figure,
  decidedPerSecond: figure,
  p50Ms: figure,
  p99Ms: figure,
  p999Ms: figure,
  byAnswer: z.record(z.string(), z.strictObject({ count, p50Ms: figure, p99Ms: figure })),
});

const fault = z.strictObject({
  name: z.string(),
  commandedAt: time,
  verified: z.boolean(),
  healed: z.boolean(),
  detail: z.string(),
  verifiedAt: time.nullable(),
  healedAt: time.nullable(),
  recoverWithinMs: figure,
});

const outcomesOf = <Value extends z.ZodType>(value: Value) =>
  z.strictObject({
    correct: value,
    degraded: value,
    shed: value,
    rejected: value,
    wrong: value,
    timedOut: value,
    failed: value,
  });

const service = z.strictObject({
  planned: count,
  counts: outcomesOf(count),
  goodShare: figure,
  clientWaitsMs: figure,
  byClass: z.record(z.string(), z.strictObject({ planned: count, shed: count })),
  shares: outcomesOf(figure),
});

const budget = z.strictObject({
  objective: z.string(),
  /** A phase's name; empty for the whole drill without its warm-up. */
  during: z.string(),
  allowedShare: figure,
  planned: count,
  allowed: figure,
  bad: count,
  burn: figure,
  worst: z.array(z.strictObject({ windowSeconds: count, burn: figure, at: time.nullable() })),
});

const incident = z.strictObject({
  name: z.string(),
  struckAt: time,
  verified: z.boolean(),
  detail: z.string(),
  impactAt: time.nullable(),
  alert: z.strictObject({ name: z.string(), subject: z.string(), at: time }).nullable(),
  unwatched: z.string(),
  healedAt: time.nullable(),
  recoveredAt: time.nullable(),
  actions: z.array(z.strictObject({ name: z.string(), at: time, stage: z.string() })),
});

/**
 * `run.json`: versioned and stable, for machines. Members may be added at the end of an object, none is renamed. Members that end
 * in `At`, and an example's `at`, are µs since the epoch; rates count the primary kind.
 */
export const runShape = z.strictObject({
  schema: z.literal(1),
  run: z.string(),
  scenario: z.string(),
  target: z.string(),
  seed: z.int(),
  stack: z.string(),
  timeScale: z.number(),
  loadScale: z.number(),
  verdict,
  objectives: z.array(objective),
  invariants: z.array(invariant),
  generator,
  phases: z.array(phase),
  faults: z.array(fault),
  /** By the figure's name: paise, a count or a share, as the name says. */
  impact: z.record(z.string(), figure),
  timings: z.strictObject({ stackUpMs: z.number(), drillMs: z.number(), judgeMs: z.number() }),
  notes: z.array(z.string()),
  clock: z.strictObject({ agrees: z.boolean(), worstOffsetMs: figure }),
  command: z.string(),
  /** Outcomes of the primary kind's operations planned after the warm-up: counts, and shares of the planned. */
  service,
  budgets: z.array(budget),
  incidents: z.array(incident),
  /** Alerts that the drill would have triggered, `firing` and `resolved`. */
  alerts: z.array(z.strictObject({ at: time, name: z.string(), stage: z.string(), detail: z.string() })),
  /** Whether others took the machine; shares of the whole drill and all cores, null if not measured. */
  machine: z.strictObject({
    quiet: z.boolean(),
    foreignCpuShare: figure,
    stealShare: figure,
    ioPressureShare: figure,
    stoodStillMs: figure,
    note: z.string(),
  }),
  /** Dangerous states that the drill reached, and how often. */
  reached: z.array(z.strictObject({ state: z.string(), count })),
  /** The git commit that was drilled, with `-dirty` appended if tracked files were changed; null outside a repository. */
  commit: z.string().nullable(),
  /** What the drill cost, by operation sent; null is what was not sampled. */
  costs: z.strictObject({
    pipelineCpuMicrosPerOp: figure,
    /** Of the stores and the proxies before them. */
    storeCpuMicrosPerOp: figure,
    /** Transactions of Postgres and commands of Redis. */
    storeCallsPerOp: figure,
    retriesPerOp: figure,
    /** Age of the oldest undecided record at the end of a second. */
    lagMaxMs: figure,
  }),
});
export type RunJson = Parsed<typeof runShape>;

/** `run.json` of a run that did not finish: it has no verdict. */
export const abortedShape = z.strictObject({
  schema: z.literal(1),
  run: z.string(),
  scenario: z.string(),
  targets: z.array(z.string()),
  seed: z.int(),
  verdict: z.literal('aborted'),
  /** One sentence or more: what ended it. */
  why: z.string(),
  /** What exists of each target's drill; `folder` is relative to the run's own, and empty if it is the same. */
  there: z.array(z.strictObject({ target: z.string(), folder: z.string(), holds: z.string() })),
  /** The command that repeats this run. */
  command: z.string(),
});
export type AbortedRun = Parsed<typeof abortedShape>;
