import { dirname } from 'node:path';
import type { DrillRecord } from '../history/drill-record.ts';
import { requireStores } from '../stack/silent-stores.ts';
import type { DrillPlan, DrillSurroundings } from './drill-plan.ts';
import { requireDisks } from './full-disk.ts';
import { load } from './stages/load.ts';
import { prepare } from './stages/prepare.ts';
import { record } from './stages/record.ts';
import { settle } from './stages/settle.ts';
import { start } from './stages/start.ts';

/**
 * Runs the stages from a clean stack to a closed history; judging and reporting read that history alone. Rejects with 69 and the
 * store's name if a store that the harness itself needs goes away.
 */
export async function runDrill(plan: DrillPlan, around: DrillSurroundings): Promise<DrillRecord> {
  const begun = performance.now();
  try {
    await using held = new AsyncDisposableStack();
    const prepared = await prepare(plan, around, held);
    const started = await start(prepared, around, held);
    const loaded = await load(started, around, held);
    const settled = await settle(loaded, around);
    return await record(settled, around, begun);
  } catch (error) {
    if (around.signal.aborted) throw error;
    await requireDisks([around.session.folder, dirname(plan.historyFolder)], error);
    await requireStores(around.stack.direct, error);
    throw error;
  }
}
