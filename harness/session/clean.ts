import { execFile } from 'node:child_process';
import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { removeLabelled, type ContainerEngine } from './container-engine.ts';
import { ownProcesses, type ProcessGroup } from './own-processes.ts';
import { runUndo, type UndoCommand } from './undo.ts';

/** Everything that a session may have left behind. */
export interface Remains {
  readonly id: string;
  readonly folder: string;
  readonly groups: readonly ProcessGroup[];
  readonly engines: readonly ContainerEngine[];
  /** Commands that undo leases that were not ended, newest first. */
  readonly undo: readonly UndoCommand[];
}

export const labelName = 'toofan.session';

const scanEveryMs = 50;
const processesWithinMs = 15_000;
const engineWithinMs = 20_000;
const run = promisify(execFile);

/**
 * Undoes the leases, ends every process of the session, removes its containers, networks and volumes, its shared memory and its
 * folder. `quietMs`: how long nothing new may appear before it counts as clean (a process or container that was starting when the
 * harness died shows a moment late). Rejects, naming what is left, if a bound passes.
 */
export async function clean(remains: Remains, quietMs: number): Promise<void> {
  // Stopped processes must run before they can exit in order; volumes can go only after their writers.
  await runUndo(remains.undo).catch(() => undefined);
  const results = await Promise.allSettled([
    endProcesses(remains, quietMs),
    ...remains.engines.map((engine) => removeContainers(engine, remains.id, quietMs)),
  ]);
  results.push(...(await Promise.allSettled([runUndo(remains.undo)])));
  // A folder that somebody else created under this name is not ours to remove, nor to trust.
  if (await isOwnFolder(remains.folder)) {
    await removeSharedMemory(remains.folder);
    await rm(remains.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
  const failures = results.filter((result) => result.status === 'rejected').map((result) => String(result.reason));
  if (failures.length > 0) throw new Error(failures.join('\n'));
}

async function endProcesses({ id, folder, groups }: Remains, quietMs: number): Promise<void> {
  const deadline = Date.now() + processesWithinMs;
  let quietSince: number | undefined;
  for (;;) {
    // If the check itself fails (out of file descriptors), nothing is known: check again.
    const own = await ownProcesses(id, folder, groups).catch((error: Error) => error);
    if (own instanceof Error) {
      if (Date.now() > deadline) throw own;
      await delay(scanEveryMs);
      continue;
    }
    if (own.length === 0) {
      quietSince ??= Date.now();
      if (Date.now() - quietSince >= quietMs) return;
    } else {
      quietSince = undefined;
      for (const pid of own) killIfAlive(pid);
    }
    if (Date.now() > deadline)
      throw new Error(`still running ${processesWithinMs} ms after SIGKILL: ${own.join(', ')}`);
    await delay(own.length === 0 && quietMs === 0 ? 0 : scanEveryMs);
  }
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has exited by itself.
  }
}

async function removeContainers(engine: ContainerEngine, id: string, quietMs: number): Promise<void> {
  const deadline = Date.now() + engineWithinMs;
  let quietSince: number | undefined;
  for (;;) {
    const found = await removeLabelled(engine, [`${labelName}=${id}`], engineWithinMs);
    if (found === 0) {
      quietSince ??= Date.now();
      if (Date.now() - quietSince >= quietMs) return;
    } else {
      quietSince = undefined;
    }
    if (Date.now() > deadline) throw new Error(`containers labelled ${labelName}=${id} still exist`);
    await delay(scanEveryMs);
  }
}

/** Whether a path is a folder owned by this user, and not a link. */
export async function isOwnFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isDirectory() === true && (process.getuid === undefined || found.uid === process.getuid());
}

/**
 * A killed Postgres leaves its System V segment; line 7 of its `postmaster.pid` names it, line 1 its creator. It stays if the
 * kernel says that another process created it, or that somebody still uses it.
 */
async function removeSharedMemory(folder: string): Promise<void> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  for (const file of files.filter((path) => path.endsWith('postmaster.pid'))) {
    const lines = (await readFile(join(folder, file), 'utf8').catch(() => '')).split('\n');
    const segment = lines[6]?.trim().split(/\s+/)[1];
    if (segment === undefined || !(await isAbandonedBy(lines[0]?.trim(), segment))) continue;
    // Already gone if Postgres exited in order.
    await run('ipcrm', ['-m', segment]).catch(() => undefined);
  }
}

/**
 * From `/proc/sysvipc/shm`: key, id, perms, size, creator's pid, last user's pid, number of users …; true if it does not exist.
 */
async function isAbandonedBy(pid: string | undefined, segment: string): Promise<boolean> {
  const table = await readFile('/proc/sysvipc/shm', 'utf8').catch(() => undefined);
  if (table === undefined) return true;
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/));
  return rows.some(([, id, , , maker, , users]) => id === segment && maker === pid && users === '0');
}
