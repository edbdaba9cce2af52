import { columnsOf, nullCode, openRecorder } from '../history/recorder.ts';
import { phaseOf } from './arrival-schedule.ts';
import type { LoadPlan } from './load-plan.ts';
import type { Sent } from './spool.ts';

const rowsPerBatch = 4_096;

/**
 * Writes `operations-<shard>[-k].parquet` from the spool, joined with what schedule and world recompute (they are pure, so none
 * of that was stored).
 */
export async function writeOperations(
  sent: AsyncIterable<readonly Sent[]>,
  { schedule, world }: LoadPlan,
  to: { readonly folder: string; readonly shard: number; readonly startsAtMs: number },
): Promise<void> {
  await using recorder = await openRecorder(to.folder, String(to.shard));
  const table = await recorder.columnar('operations');
  const columns = columnsOf('operations', rowsPerBatch);
  const code = (text: string | null): number => (text === null ? nullCode : table.code(text));
  let count = 0;
  const add = (row: Sent): void => {
    const operation = world.operation(row.op);
    columns.op[count] = row.op;
    columns.attempt[count] = row.attempt;
    columns.shard[count] = to.shard;
    columns.kind[count] = code(operation.kind);
    columns.subject_op[count] = operation.subjectOp ?? Number.NaN;
    columns.key[count] = code(operation.key);
    columns.other_key[count] = code(operation.otherKey);
    columns.quantity[count] = operation.quantity;
    columns.amount_paise[count] = operation.amountPaise;
    if (columns.quantity[count] !== operation.quantity || !Number.isSafeInteger(operation.amountPaise))
      throw new Error(
        `op ${row.op}: ${operation.quantity} for ${operation.amountPaise} paise does not fit the history`,
      );
    columns.class[count] = code(operation.class);
    columns.phase[count] = code(phaseOf(schedule.phases, row.arrival).name);
    columns.planned_at[count] = micros(to.startsAtMs + schedule.timeOf(row.arrival));
    columns.sent_at[count] = micros(row.sentAt);
    columns.acked_at[count] = micros(row.ackedAt);
    columns.outcome[count] = code(row.outcome);
    columns.error[count] = code(row.error);
    count += 1;
  };
  for await (const rows of sent) {
    for (const row of rows) {
      add(row);
      if (count < rowsPerBatch) continue;
      await table.append(columns, count);
      count = 0;
    }
  }
  await table.append(columns, count);
}

const micros = (ms: number): number => Math.round(ms * 1_000);
