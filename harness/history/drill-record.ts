import type { HistoryTable } from '../domains/domain.ts';
import type { Calibration, Scenario } from '../scenario/scenario.ts';

/** `history/drill.json`: what a judge must know beside the tables. Times are µs since the epoch. */
export interface DrillRecord {
  readonly schema: 1;
  readonly run: string;
  readonly seed: number;
  /** As it was run: scales, `--set` and all applied, `invariants` as names. */
  readonly scenario: Scenario & { readonly invariants: readonly string[] };
  readonly loadScale: number;
  readonly target: {
    readonly name: string;
    readonly readModel: { readonly name: string; readonly stalenessMs: number; readonly refreshMs: number } | null;
    /** Names of its audits; not there in older histories. */
    readonly audits?: readonly string[];
    /** Sum and limit of the processes' memory, MiB; null where nothing is limited. */
    readonly memoryLimitMiB: number | null;
  };
  readonly stack: {
    readonly kind: string;
    readonly reason: string;
    readonly versions: Readonly<Record<string, string>>;
    readonly stampedBy: 'broker' | 'producer';
  };
  readonly phases: readonly PhaseRecord[];
  /** When the last operation was planned; when every group had reached the end, null if never; when the wait ended. */
  readonly loadEndedAt: number;
  readonly drainedAt: number | null;
  readonly closedAt: number;
  readonly offsets: readonly OffsetRecord[];
  readonly generators: readonly GeneratorRecord[];
  readonly faults: readonly FaultRecord[];
  readonly timings: { readonly stackUpMs: number; readonly drillMs: number };
  readonly machine: {
    readonly cpus: number;
    readonly memoryMiB: number;
    readonly platform: string;
    readonly node: string;
    /** One line where others kept the machine busy before the clock started; null where it was quiet. Not there in older histories. */
    readonly busyBefore?: string | null;
    /** What this system does not tell of itself, in words (`pressure (PSI)`). Not there in older histories. */
    readonly notOffered?: readonly string[];
    /** As measured before the load; null where it was not, as in a drill that shares a stack with others. */
    readonly calibration?: Calibration | null;
  };
  /** The command that repeats this run. */
  readonly command: string;
}

/** As it stands in the file: with the list of the history's parts, so that one that is lost, added or changed is seen. */
export interface SealedRecord extends DrillRecord {
  /** Of the scenario; where it is not there, nobody can tell whether the scenario is the one that was run. */
  readonly scenarioSha256?: string;
  readonly parts: readonly PartRecord[];
}

/** One file of the history; `rows` in it, and the SHA-256 of its bytes. */
export interface PartRecord {
  readonly table: HistoryTable;
  readonly file: string;
  readonly rows: number;
  readonly sha256: string;
}

export interface PhaseRecord {
  readonly name: string;
  readonly warmUp: boolean;
  readonly startsAt: number;
  readonly endsAt: number;
  /** Arrivals of the primary kind planned in it. */
  readonly arrivals: number;
}

/** One partition: `start` at the drill's start, `end` after the drain; `committed` by group, null where it never did. */
export interface OffsetRecord {
  readonly topic: string;
  readonly role: 'input' | 'decisions' | 'internal';
  readonly partition: number;
  readonly start: number;
  readonly end: number;
  readonly committed: Readonly<Record<string, number | null>>;
}

/** One shard's account of itself. `unsent` was planned and never handed over. */
export interface GeneratorRecord {
  readonly shard: number;
  readonly planned: number;
  readonly sent: number;
  readonly acked: number;
  readonly failed: number;
  readonly indeterminate: number;
  readonly unsent: number;
  readonly cpuMicros: number;
  readonly peakMemoryMiB: number;
}

export interface FaultRecord {
  readonly name: string;
  readonly commandedAt: number;
  readonly verified: boolean;
  readonly healed: boolean;
  /** What was seen at each stage, or why it was not. */
  readonly detail: string;
  /** When it was shown to have struck and to have healed; null where it was not. Not there in older histories. */
  readonly verifiedAt?: number | null;
  readonly healedAt?: number | null;
  /** How long it was to be held, ms of wall time; where it is not there, the scenario says. */
  readonly holdMs?: number;
  /** The scenario's bound on the recovery after it, ms of wall time; null where it states none. */
  readonly recoverWithinMs?: number | null;
  /** The store or dependency that it struck, as probes call it; null where it struck the pipeline itself. */
  readonly victim?: string | null;
}
