import type { DrillRecord } from '../../history/drill-record.ts';
import { sealHistory } from '../../history/parts.ts';
import type { DrillSurroundings } from '../drill-plan.ts';
import { drillRecord } from '../drill-record.ts';
import { readOffsets } from '../offsets.ts';
import { readLogs } from '../read-logs.ts';
import { recordTruth } from '../record-truth.ts';
import type { Settled } from './settle.ts';

/**
 * The last stage: reads the logs and the closing state into the history, then closes and seals it. `begun`: `performance.now()`
 * at the start of the drill.
 */
export async function record(
  settled: Settled,
  { stack, stackUpMs, onNote }: DrillSurroundings,
  begun: number,
): Promise<DrillRecord> {
  const { plan, load, log, starts, backlog, recorder, processes, startsAt, drainedAt, totals, seen } = settled;
  const { target, historyFolder } = plan;
  onNote('Reading the logs and the final truth');
  // Before the logs: a pipeline that keeps running may still answer what its books hold now.
  const open = drainedAt === null ? { open: await backlog() } : {};
  const offsets = await readOffsets(log, target, starts);
  await readLogs(log, target, stack.stampedBy, offsets, recorder);
  await recordTruth(recorder, stack, target, load.world);
  const told = drillRecord(plan, stack, processes, {
    phases: settled.phases,
    loadEndedAt: Math.round((startsAt + load.curve.durationMs) * 1000),
    drainedAt,
    closedAt: Date.now() * 1000,
    ...open,
    offsets,
    generators: totals,
    faults: settled.faults,
    machine: seen.told,
    timings: { stackUpMs: Math.round(stackUpMs), drillMs: Math.round(performance.now() - begun) },
  });
  await settled.events.written();
  await recorder[Symbol.asyncDispose]();
  await sealHistory(historyFolder, told);
  return told;
}
