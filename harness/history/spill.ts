import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { showLiveness } from '../session/liveness.ts';
import { judgeFolder } from '../session/sweep.ts';
import { temporaryFolder, unfit } from '../session/temporary-folder.ts';

/** Where a judge spills what does not fit into memory. */
export interface Spill {
  readonly folder: string;
  /** Removes it. */
  readonly close: () => Promise<void>;
}

/** In the system's temporary folder; the next start removes what a killed judge left. Rejects (69), naming TMPDIR. */
export async function openSpill(): Promise<Spill> {
  const parent = await temporaryFolder();
  const folder = await mkdtemp(join(parent, judgeFolder)).catch((error: NodeJS.ErrnoException) => {
    throw unfit(parent, error);
  });
  const liveness = await showLiveness(folder);
  return {
    folder,
    close: async () => {
      liveness?.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
