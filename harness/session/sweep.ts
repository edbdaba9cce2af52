import { lstat, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { clean, isOwnFolder } from './clean.ts';
import { isDead } from './liveness.ts';
import { type JanitorMessage, remainsOf } from './remains-of.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Where a session records what its janitor is told. */
export const journalName = 'journal';
/** The prefix of a judge's temporary folder. */
export const judgeFolder = 'toofan-judge-';
const sessionFolder = /^toofan-([0-9a-f]{12})$/;
/** A session shows that it is alive well before this. */
const emptyAfterMs = 600_000;

/**
 * Removes what killed harnesses and judges of this user have left if their janitors were killed as well: processes, containers,
 * leases, folders. Leaves folders of other users and of living processes alone. Never rejects: a start must not fail because of
 * it.
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

/** A process killed before it could show that it is alive has created nothing else yet. */
async function removeEmpty(folder: string): Promise<void> {
  const found = await lstat(folder).catch(() => undefined);
  if (found === undefined || Date.now() - found.mtimeMs < emptyAfterMs) return;
  await rmdir(join(folder, 'tmp')).catch(() => undefined);
  await rmdir(folder).catch(() => undefined);
}

/** Every complete line; a kill may have cut the last. */
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
