import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { freezeTree } from '../session/signal-tree.ts';
import { stoppedShare } from './stopped-share.ts';

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
  await freezeTree(stopped);
  expect(await stoppedShare(stopped, 60)).toBe(1);
  expect(await stoppedShare(running, 60)).toBe(0);
});
