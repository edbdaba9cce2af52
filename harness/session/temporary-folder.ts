import { realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { unavailable } from '../errors.ts';

/** The folder that temporary files go to, without links in its path. Rejects (69), naming TMPDIR, where there is none. */
export async function temporaryFolder(): Promise<string> {
  const folder = tmpdir();
  return realpath(folder).catch((error: NodeJS.ErrnoException) => {
    throw unfit(folder, error);
  });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'is no folder',
  EACCES: 'may not be written to by this user',
  EPERM: 'may not be written to by this user',
  EROFS: 'is read-only',
  ENOSPC: 'lies on a disk that is full',
  EDQUOT: "is full to this user's quota",
};

/** Why nothing can be made in the folder for temporary files (69). */
export const unfit = (folder: string, error: NodeJS.ErrnoException): Error =>
  unavailable(
    `the folder for temporary files, ${folder}, ${reasons[error.code ?? ''] ?? `cannot be used (${error.message})`}: set TMPDIR to a folder that can be written to`,
    error,
  );
