import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Copies a file, or writes a text, to `path`: atomically, replacing whatever was there, and never through a link, since a results
 * folder is untrusted.
 */
export const placeFile = (from: string, path: string): Promise<void> =>
  place(path, (unfinished) => copyFile(from, unfinished, constants.COPYFILE_EXCL));

export const placeText = (text: string, path: string): Promise<void> =>
  place(path, (unfinished) => writeFile(unfinished, text, { flag: 'wx' }));

async function place(path: string, write: (unfinished: string) => Promise<void>): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const unfinished = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    await write(unfinished);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Whether it is a real folder, not a link, or does not exist yet. */
export async function isOwnFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  return found === null || found.isDirectory();
}
