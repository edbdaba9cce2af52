import type { Domain, Operation, World } from '../domains/domain.ts';
import type { Recorder } from '../history/recorder.ts';
import type { ArrivalSchedule } from '../load/arrival-schedule.ts';
import type { Generators } from '../load/generator.ts';
import type { LoadCurve } from '../load/load-curve.ts';
import type { Machine } from '../observe/machine/machine.ts';
import type { KafkaLog } from '../observe/kafka-log.ts';
import type { LiveSample } from '../live/live-sample.ts';
import type { DrillMetrics } from '../live/prometheus/drill-metrics.ts';
import type { Calibration, Scenario } from '../scenario/scenario.ts';
import type { Session } from '../session/session.ts';
import type { Command } from '../load/drivers/k6/find-k6.ts';
import type { Stack } from '../stack/stack.ts';
import type { TargetProcesses } from '../target/processes.ts';
import type { Target } from '../target/target.ts';

/** One drill of one target, resolved and validated; the results folder is still open. */
export interface PlannedDrill {
  readonly run: string;
  readonly scenario: Scenario & { readonly invariants: readonly string[] };
  readonly domain: Domain;
  readonly target: Target;
  readonly seed: number;
  readonly shards: number;
  /** The module from which a generator process loads its registry, and the folder it loads it for. */
  readonly registryModule: string;
  readonly folder: string;
  /** The command that repeats this run. */
  readonly command: string;
  /** The git commit of `folder` (commit.ts); undefined outside a repository. */
  readonly commit: string | undefined;
}

export interface DrillPlan extends PlannedDrill {
  /** Folder for the history; created if missing. */
  readonly historyFolder: string;
}

export interface DrillSurroundings {
  readonly session: Session;
  readonly stack: Stack;
  readonly stackUpMs: number;
  /** Aborted by Ctrl-C: the drill heals, stops, and rejects with the signal's reason. */
  readonly signal: AbortSignal;
  readonly onNote: (line: string) => void;
  readonly onSample: (sample: LiveSample) => void;
  /** How to start k6; set if a scenario of the run has visits. */
  readonly k6?: Command | undefined;
  /** Receives what Prometheus may scrape. */
  readonly metrics?: DrillMetrics | undefined;
  /** The measured speed of this machine, if known. */
  readonly calibration?: Calibration | null;
  /** Whether to wait until the machine is quiet; default true. Later drills on a warm stack need not wait. */
  readonly waitForQuietMachine?: boolean;
}

/** What runs while the load is on; observing and striking need the same things. */
export interface RunningDrill {
  readonly plan: DrillPlan;
  readonly stack: Stack;
  readonly log: KafkaLog;
  /** End offsets by topic at the start of the drill. */
  readonly starts: ReadonlyMap<string, readonly number[]>;
  readonly processes: TargetProcesses;
  /** The services that the target calls over HTTP; no instances if it calls none. */
  readonly dependencies: TargetProcesses;
  readonly generators: Pick<Generators, 'pids'>;
  readonly session: Session;
  readonly machine: Machine;
  readonly recorder: Recorder;
  readonly world: World;
  readonly curve: LoadCurve;
  readonly schedule: ArrivalSchedule;
  /** A sample of primary operations from its peak phase. */
  readonly surgeSample: readonly Operation[];
  /** Epoch ms. */
  readonly startsAt: number;
}
