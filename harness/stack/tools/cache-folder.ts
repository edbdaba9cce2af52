import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { unavailable } from '../../errors.ts';
import { makeFolders } from '../../folders.ts';

/** The user's home; undefined if unknown: HOME is not set, and the user has no passwd entry. */
export function homeFolder(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}

/** The user's cache folder for this program. Throws (69) if there is no home to put it in. */
export function cacheFolder(): string {
  const named = process.env.XDG_CACHE_HOME;
  const home = homeFolder();
  if (process.platform === 'darwin' && home !== undefined) return join(home, 'Library', 'Caches', 'toofan');
  if (named !== undefined && named !== '') return join(named, 'toofan');
  if (home !== undefined) return join(home, '.cache', 'toofan');
  throw unavailable(
    `this user has no home folder (HOME is not set, and uid ${process.getuid?.()} is not in /etc/passwd): set XDG_CACHE_HOME to the folder that is to keep Kafka`,
  );
}

/** Creates the cache folder, or one in it. Rejects (69), naming XDG_CACHE_HOME, if it cannot. */
export async function makeCacheFolder(folder: string): Promise<void> {
  await makeFolders(folder).catch((error: NodeJS.ErrnoException) => {
    throw unavailable(
      `cannot create the cache folder ${folder} (${error.code ?? error.message}): set XDG_CACHE_HOME to a writable folder, which keeps what is downloaded or built once`,
      error,
    );
  });
}

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
