import { lstat, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { clean, isOwnFolder } from './clean.ts';
import { isDead } from './liveness.ts';
import { type JanitorMessage, remainsOf } from './remains-of.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Where a session writes down what its janitor is told. */
export const journalName = 'journal';
/** How a judge's temporary folder begins. */
export const judgeFolder = 'toofan-judge-';
const sessionFolder = /^toofan-([0-9a-f]{12})$/;
/** A session shows that it lives well before. */
const emptyAfterMs = 600_000;

/**
 * Takes away what killed harnesses and judges of this user have left although their janitors were killed as well: processes, containers,
 * leases, folders. A folder of another user, or of a process that lives, is left alone. Never rejects: a start does not fail by it.
 */
export async function sweepDead(): Promise<void> {
  const parent = await temporaryFolder();
  const names = await readdir(parent).catch(() => []);
  for (const name of names) {
    const folder = join(parent, name);
    const id = sessionFolder.exec(name)?.[1];
    if ((id === undefined && !name.startsWith(judgeFolder)) || !(await isOwnFolder(folder))) continue;
    if (!(await isDead(folder))) await removeEmpty(folder);
    else if (id === undefined) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    else await clean(remainsOf(id, folder, await journalIn(folder)), 0).catch(() => undefined);
  }
}

/** What was killed before it could show that it lives has made nothing else yet. */
async function removeEmpty(folder: string): Promise<void> {
  const found = await lstat(folder).catch(() => undefined);
  if (found === undefined || Date.now() - found.mtimeMs < emptyAfterMs) return;
  await rmdir(join(folder, 'tmp')).catch(() => undefined);
  await rmdir(folder).catch(() => undefined);
}

/** Every line that is whole; a kill may have cut the last. */
async function journalIn(folder: string): Promise<JanitorMessage[]> {
  const text = await readFile(join(folder, journalName), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as JanitorMessage];
    } catch {
      return [];
    }
  });
}
