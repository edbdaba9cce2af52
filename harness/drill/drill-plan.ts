import type { Domain, Operation, World } from '../domains/domain.ts';
import type { Recorder } from '../history/recorder.ts';
import type { ArrivalSchedule } from '../load/arrival-schedule.ts';
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

/** One drill of one target, resolved and validated; where its results go is not said yet. */
export interface PlannedDrill {
  readonly run: string;
  readonly scenario: Scenario & { readonly invariants: readonly string[] };
  readonly domain: Domain;
  readonly target: Target;
  readonly seed: number;
  readonly shards: number;
  /** The module that a generator process loads its registry from, and the folder that it loads it for. */
  readonly registryModule: string;
  readonly folder: string;
  /** The command that repeats this run. */
  readonly command: string;
  /** The git commit of `folder` (commit.ts); undefined outside of a repository. */
  readonly commit: string | undefined;
}

export interface DrillPlan extends PlannedDrill {
  /** Folder that the history is written to; made if it is not there. */
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
  /** How k6 is started; there where a scenario of the run has visits. */
  readonly k6?: Command | undefined;
  /** Is told what Prometheus may ask for. */
  readonly metrics?: DrillMetrics | undefined;
  /** How fast this machine is, where that was measured. */
  readonly calibration?: Calibration | null;
  /** Whether the clock waits until the machine is quiet; true where it is left out. Later drills on a warm stack need not wait. */
  readonly waitForQuietMachine?: boolean;
}

/** What runs while load is on: what observes it and what strikes it need the same things. */
export interface RunningDrill {
  readonly plan: DrillPlan;
  readonly stack: Stack;
  readonly log: KafkaLog;
  /** End offsets by topic at the drill's start. */
  readonly starts: ReadonlyMap<string, readonly number[]>;
  readonly processes: TargetProcesses;
  /** What the target calls over HTTP; no instances where it calls nothing. */
  readonly dependencies: TargetProcesses;
  readonly session: Session;
  readonly machine: Machine;
  readonly recorder: Recorder;
  readonly world: World;
  readonly curve: LoadCurve;
  readonly schedule: ArrivalSchedule;
  /** Primary operations from all over its highest phase. */
  readonly surgeSample: readonly Operation[];
  /** Epoch ms. */
  readonly startsAt: number;
}
