import { statfs } from 'node:fs/promises';
import { unavailable } from '../errors.ts';
import { reasonOf } from '../failure.ts';

/** What no server and no recorder can work with any more. */
const leastBytes = 4 * 1024 * 1024;

/**
 * Rejects (69), naming the folder, where the disk of one of them is full: whatever else failed came of that. To be called while what
 * filled it is still there.
 */
export async function requireDisks(folders: readonly string[], failure: unknown): Promise<void> {
  for (const folder of folders) {
    const disk = await statfs(folder).catch(() => null);
    if (disk === null || disk.blocks === 0) continue;
    const isFull = disk.bavail * disk.bsize < leastBytes || (disk.files > 0 && disk.ffree === 0);
    if (isFull)
      throw unavailable(
        `the disk of ${folder} is full (${reasonOf(failure)}); free some space or choose another disk (TMPDIR, --out), and run again`,
        failure,
      );
  }
}
