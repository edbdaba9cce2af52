import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { processTimes } from '../session/proc-files.ts';

const run = promisify(execFile);
const everyMs = 20;

/** Which share of `forMs` a process was seen stopped (SIGSTOP); 0 for one that has ended. */
export async function stoppedShare(pid: number, forMs: number): Promise<number> {
  let [looks, stopped] = [0, 0];
  // By the clock and not by looks: on a busy machine one takes long, and the next fault of a schedule does not wait.
  for (const until = Date.now() + forMs; looks === 0 || Date.now() < until; looks++) {
    if (await isStopped(pid)) stopped++;
    await delay(everyMs);
  }
  return stopped / looks;
}

async function isStopped(pid: number): Promise<boolean> {
  try {
    if (process.platform !== 'linux')
      return (await run('ps', ['-o', 'stat=', '-p', String(pid)])).stdout.trim().startsWith('T');
    return processTimes(await readFile(`/proc/${pid}/stat`, 'utf8'))?.state === 'T';
  } catch {
    return false;
  }
}
