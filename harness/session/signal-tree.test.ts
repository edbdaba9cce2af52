import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { threadStates } from './process-rows.ts';
import { continueTree, freezeTree, signalAll } from './signal-tree.ts';

/** Four threads beside its own that never sleep. */
const busy = `
  const { Worker } = require('node:worker_threads');
  for (let i = 0; i < 4; i++) new Worker('for (;;);', { eval: true });
  console.log('running');
  for (;;);`;

it('resolves only when every thread of a busy process stands still', async () => {
  const child = spawn(process.execPath, ['-e', busy], { stdio: ['ignore', 'pipe', 'ignore'] });
  const pid = child.pid ?? 0;
  try {
    await once(createInterface(child.stdout), 'line');
    for (let time = 0; time < 20; time++) {
      await freezeTree(pid);
      expect(new Set(await threadStates(pid))).toEqual(new Set(['T']));
      await continueTree(pid);
    }
  } finally {
    signalAll([pid], 'SIGKILL');
  }
});

it('says nothing of a process that has exited', async () => {
  const child = spawn('true');
  await once(child, 'exit');
  expect(await threadStates(child.pid ?? 0)).toEqual([]);
});
