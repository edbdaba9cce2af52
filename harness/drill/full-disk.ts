import { statfs } from 'node:fs/promises';
import { unavailable } from '../errors.ts';
import { reasonOf } from '../failure.ts';

/** The free space below which neither servers nor the recorder can work. */
const leastBytes = 4 * 1024 * 1024;

/**
 * Rejects (69), naming the folder, if the disk of one of them is full: then that caused any other failure. Call it before what
 * filled the disk is cleaned up.
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
