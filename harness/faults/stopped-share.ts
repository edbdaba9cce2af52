import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { eventually, NotYet } from '../eventually.ts';
import { processTimes } from '../session/proc-files.ts';

const run = promisify(execFile);
const everyMs = 20;
const takesNoticeWithinMs = 1_000;

/** The share of `forMs` in which a process was seen stopped (SIGSTOP); 0 if it has exited. */
export async function stoppedShare(pid: number, forMs: number): Promise<number> {
  let [looks, stopped] = [0, 0];
  // Measured by the clock, not by counting samples: on a busy machine one takes long, and the next fault of a schedule does not
  // wait.
  for (const until = Date.now() + forMs; looks === 0 || Date.now() < until; looks++) {
    if (await isStopped(pid)) stopped++;
    await delay(everyMs);
  }
  return stopped / looks;
}

/** Resolves once the process is seen stopped. A process that waits for a core notices SIGSTOP only at its next turn. */
export const untilStopped = (pid: number): Promise<void> =>
  eventually(async () => ((await isStopped(pid)) ? undefined : new NotYet(`${pid} is not stopped`)), {
    withinMs: takesNoticeWithinMs,
    everyMs,
  });

async function isStopped(pid: number): Promise<boolean> {
  try {
    if (process.platform !== 'linux')
      return (await run('ps', ['-o', 'stat=', '-p', String(pid)])).stdout.trim().startsWith('T');
    return processTimes(await readFile(`/proc/${pid}/stat`, 'utf8'))?.state === 'T';
  } catch {
    return false;
  }
}
