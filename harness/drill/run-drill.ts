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
 * The stages from a clean stack to a closed history; what comes after (judging, reporting) reads that history alone. Rejects
 * (69) naming the store where one goes away that the harness itself needs.
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
