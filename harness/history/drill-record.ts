import { z } from 'zod';
import type { Parsed } from '../schema-problems.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { scenarioShape } from '../scenario/shape.ts';
import { type HistoryTable, historySchema } from './schema.ts';

const name = z.string().min(1);
const count = z.int().min(0);
/** The range of a 32-bit column. */
const number32 = z.int().min(0).max(2_147_483_647);
/** Thirty years at most: in µs still a number that a query can hold. */
const ms = z.number().min(0).max(1e12);
/** µs since the epoch. */
const time = z.int().min(0);

const phase = z
  .strictObject({
    name,
    warmUp: z.boolean(),
    startsAt: time,
    endsAt: time,
    /** Arrivals of the primary kind planned in it. */
    arrivals: count,
  })
  .refine(({ startsAt, endsAt }) => startsAt <= endsAt, { path: ['endsAt'], error: 'ends before it starts' });

/** One partition: `start` at the drill's start, `end` after the drain; `committed` by group, null if it never committed. */
const offset = z
  .strictObject({
    topic: name,
    role: z.enum(['input', 'decisions', 'internal']),
    partition: number32,
    start: count,
    end: count,
    committed: z.record(z.string(), count.nullable()),
  })
  .refine(({ start, end }) => start <= end, { path: ['end'], error: 'ends before it starts' });

/** One shard's account of itself. `unsent` were planned and never handed over. */
const generator = z.strictObject({
  shard: number32,
  planned: count,
  sent: count,
  acked: count,
  failed: count,
  indeterminate: count,
  unsent: count,
  cpuMicros: ms,
  peakMemoryMiB: ms,
});

const fault = z.strictObject({
  name,
  commandedAt: time,
  verified: z.boolean(),
  healed: z.boolean(),
  /** What was observed at each stage, or why it was not. */
  detail: z.string(),
  /** When it was seen to strike and to heal; null if it was not. Absent in older histories. */
  verifiedAt: time.nullish(),
  healedAt: time.nullish(),
  /** How long it should hold, ms of wall time; if absent, see the scenario. */
  holdMs: ms.exactOptional(),
  /** The scenario's bound on the recovery after it, ms of wall time; null if there is none. */
  recoverWithinMs: ms.nullish(),
  /** The store or dependency that it struck, by its name in probes; null if it struck the pipeline itself. */
  victim: z.string().nullish(),
});

/** One file of the history; its `rows`, and the SHA-256 of its bytes. */
const part = z.strictObject({
  table: z.enum(Object.keys(historySchema) as [HistoryTable, ...HistoryTable[]]),
  file: z.string().regex(/^[^/\\]+$/, "a file of the history's folder"),
  rows: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal digits'),
});

const calibration = z.strictObject({ coreMs: ms, pairMs: ms, fsyncMs: ms, jvmStartMs: ms.exactOptional() });

/** The schema of `drill.json`; the parameters of the scenario's objectives and faults are checked by their owners. */
export const drillRecordShape = z
  .strictObject({
    schema: z.literal(1),
    run: name,
    seed: z.int(),
    /** As it was run, with scales and `--set` applied, and `invariants` as names. */
    scenario: scenarioShape.extend({ invariants: z.array(name) }),
    loadScale: z.number().positive(),
    target: z.strictObject({
      name,
      /** One sentence; absent in older histories. */
      summary: z.string().optional(),
      readModel: z.strictObject({ name, stalenessMs: ms, refreshMs: ms }).nullable(),
      /** Names of its audits; absent in older histories. */
      audits: z.array(name).optional(),
      /** Sum and limit of the processes' memory, MiB; null if unlimited. */
      memoryLimitMiB: ms.nullable(),
      /** Whether anything but silence shows that it has drained; absent in older histories. */
      tellsItsEnd: z.boolean().optional(),
      /** Each process's memory limit, MiB, by instance name; null if it has none. Absent in older histories. */
      memoryLimits: z.record(z.string(), ms.nullable()).optional(),
    }),
    stack: z.strictObject({
      kind: z.string(),
      reason: z.string(),
      versions: z.record(z.string(), z.string()),
      stampedBy: z.enum(['broker', 'producer']),
      /** External stores whose lock was lost in the drill (`LockLoss`); absent on a stack of our own, and in older histories. */
      lockLosses: z
        .array(z.strictObject({ store: name, outcome: z.enum(['taken-again', 'taken-by-another', 'not-taken-again']) }))
        .exactOptional(),
    }),
    phases: z.array(phase),
    /** When the last operation was planned; when every group had reached the end, null if never; when the wait ended. */
    loadEndedAt: time,
    drainedAt: time.nullable(),
    closedAt: time,
    /**
     * If it never drained: what the target's books still held open when the wait ended (its `backlog`). Absent in older
     * histories.
     */
    open: count.exactOptional(),
    offsets: z.array(offset),
    generators: z.array(generator),
    faults: z.array(fault),
    timings: z.strictObject({ stackUpMs: ms, drillMs: ms }),
    machine: z.strictObject({
      cpus: count,
      memoryMiB: ms,
      platform: z.string(),
      node: z.string(),
      /** One line if others kept the machine busy before the clock started; null if it was quiet. Absent in older histories. */
      busyBefore: z.string().nullish(),
      /** What this system does not offer, in words (`pressure (PSI)`). Absent in older histories. */
      notOffered: z.array(z.string()).optional(),
      /** As measured before the load; null if it was not, as in a drill that shares a stack with others. */
      calibration: calibration.nullish(),
    }),
    /** The command that repeats this run. */
    command: z.string(),
    /**
     * The git commit of the folder in which `toofan` was called, with `-dirty` appended if tracked files were changed; absent
     * outside a repository.
     */
    commit: z
      .string()
      .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})(?:-dirty)?$/, 'a commit in hexadecimal digits')
      .exactOptional(),
    /** Of the scenario (see parts.ts); without it nobody can tell whether this is the scenario that was run. */
    scenarioSha256: z.string().optional(),
    parts: z.array(part),
  })
  .refine(({ phases }) => new Set(phases.map((one) => one.name)).size === phases.length, {
    path: ['phases'],
    error: 'names must be unique',
  })
  .refine((drill) => spanOf(drill) <= longestMicros, {
    path: ['closedAt'],
    error: 'more than a month from other times',
  });

interface Times {
  readonly phases: readonly { readonly startsAt: number; readonly endsAt: number }[];
  readonly loadEndedAt: number;
  readonly drainedAt: number | null;
  readonly closedAt: number;
}
const longestMicros = 31 * 24 * 3_600 * 1e6;
function spanOf({ phases, loadEndedAt, drainedAt, closedAt }: Times): number {
  const times = [
    ...phases.flatMap(({ startsAt, endsAt }) => [startsAt, endsAt]),
    loadEndedAt,
    drainedAt ?? closedAt,
    closedAt,
  ];
  return Math.max(...times) - Math.min(...times);
}

type Shape = Parsed<typeof drillRecordShape>;

/** `history/drill.json`: what a judge must know besides the tables. Times are µs since the epoch. */
export interface SealedRecord extends Omit<Shape, 'scenario'> {
  readonly scenario: Scenario & { readonly invariants: readonly string[] };
}
/** The same before the history is complete: its parts are not listed yet. */
export type DrillRecord = Omit<SealedRecord, 'parts' | 'scenarioSha256'>;
export type PhaseRecord = Parsed<typeof phase>;
export type OffsetRecord = Parsed<typeof offset>;
export type GeneratorRecord = Parsed<typeof generator>;
export type FaultRecord = Parsed<typeof fault>;
export type PartRecord = Parsed<typeof part>;
