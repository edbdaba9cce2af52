import { cpus, totalmem } from 'node:os';
import type { DrillRecord, PhaseRecord } from '../history/drill-record.ts';
import type { ArrivalSchedule } from '../load/arrival-schedule.ts';
import type { Stack } from '../stack/stack.ts';
import { memoryLimitMiB, memoryLimits, type TargetProcesses } from '../target/processes.ts';
import type { Target } from '../target/target.ts';
import { tellsItsEnd } from './drain.ts';
import type { DrillPlan } from './drill-plan.ts';

type Told =
  | 'phases'
  | 'loadEndedAt'
  | 'drainedAt'
  | 'closedAt'
  | 'open'
  | 'offsets'
  | 'generators'
  | 'faults'
  | 'timings';
type MachineTold = Pick<DrillRecord['machine'], 'busyBefore' | 'notOffered' | 'calibration'>;

/** Makes `drill.json`: what the drill was, and what it `told` about itself. */
export function drillRecord(
  plan: DrillPlan,
  stack: Stack,
  processes: TargetProcesses,
  { machine: seen, ...told }: Pick<DrillRecord, Told> & { readonly machine: MachineTold },
): DrillRecord {
  const { run, seed, scenario, target, command, commit } = plan;
  return {
    schema: 1,
    run,
    seed,
    scenario,
    loadScale: scenario.loadScale ?? 1,
    target: {
      name: target.name,
      summary: target.summary,
      readModel: readModelOf(target),
      audits: (target.audits ?? []).map((audit) => audit.name),
      memoryLimitMiB: memoryLimitMiB(processes),
      tellsItsEnd: tellsItsEnd(target),
      memoryLimits: memoryLimits(processes),
    },
    stack: stackRecord(stack),
    ...told,
    machine: { ...machine(), ...seen },
    command,
    ...(commit !== undefined && { commit }),
  };
}

/** The schedule's phases in wall-clock time. */
export function phaseRecords(schedule: ArrivalSchedule, startsAt: number): PhaseRecord[] {
  return schedule.phases.map(({ name, warmUp, startMs, endMs, arrivals }) => ({
    name,
    warmUp,
    startsAt: Math.round((startsAt + startMs) * 1000),
    endsAt: Math.round((startsAt + endMs) * 1000),
    arrivals,
  }));
}

const stackRecord = ({ kind, reason, versions, stampedBy, lockLosses }: Stack): DrillRecord['stack'] => ({
  kind,
  reason,
  versions,
  stampedBy,
  ...(lockLosses !== undefined && { lockLosses: lockLosses() }),
});

const readModelOf = ({ readModel }: Target): DrillRecord['target']['readModel'] =>
  readModel === undefined
    ? null
    : { name: readModel.name, stalenessMs: readModel.stalenessMs, refreshMs: readModel.refreshMs };

const machine = (): DrillRecord['machine'] => ({
  cpus: cpus().length,
  memoryMiB: Math.round(totalmem() / 1024 / 1024),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
});
