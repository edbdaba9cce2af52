import { setTimeout as delay } from 'node:timers/promises';
import { threadStates } from '../session/process-rows.ts';

const everyMs = 20;

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

async function isStopped(pid: number): Promise<boolean> {
  const states = await threadStates(pid).catch(() => []);
  return states.length > 0 && states.every((state) => state === 'T');
}
