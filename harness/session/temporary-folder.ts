import { realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { unavailable } from '../errors.ts';

/** The folder for temporary files, with links resolved. Rejects (69), naming TMPDIR, if it does not exist. */
export async function temporaryFolder(): Promise<string> {
  const folder = tmpdir();
  return realpath(folder).catch((error: NodeJS.ErrnoException) => {
    throw unfit(folder, error);
  });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'is not a folder',
  EACCES: 'is not writable for this user',
  EPERM: 'is not writable for this user',
  EROFS: 'is read-only',
  ENOSPC: 'is on a full disk',
  EDQUOT: "exceeds this user's quota",
};

/** Why nothing can be created in the folder for temporary files (69). */
export const unfit = (folder: string, error: NodeJS.ErrnoException): Error =>
  unavailable(
    `the folder for temporary files, ${folder}, ${reasons[error.code ?? ''] ?? `cannot be used (${error.message})`}: set TMPDIR to a writable folder`,
    error,
  );
