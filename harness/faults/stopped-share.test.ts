import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { stoppedShare, untilStopped } from './stopped-share.ts';

const children: ReturnType<typeof spawn>[] = [];
async function child(): Promise<number> {
  const started = spawn('sleep', ['60']);
  children.push(started);
  await once(started, 'spawn');
  return started.pid ?? 0;
}
afterEach(() => children.splice(0).forEach((one) => one.kill('SIGKILL')));

it('sees a stopped process stopped throughout, and one that runs never', async () => {
  const [stopped, running] = [await child(), await child()];
  process.kill(stopped, 'SIGSTOP');
  await untilStopped(stopped);
  expect(await stoppedShare(stopped, 60)).toBe(1);
  expect(await stoppedShare(running, 60)).toBe(0);
});

it('waits for a process that takes notice of the signal only later', async () => {
  const pid = await child();
  const seen = untilStopped(pid);
  setTimeout(() => process.kill(pid, 'SIGSTOP'), 200);
  await seen;
  expect(await stoppedShare(pid, 60)).toBe(1);
});

it('gives up on one that is never stopped', async () => {
  await expect(untilStopped(await child())).rejects.toThrow('is not stopped');
});
