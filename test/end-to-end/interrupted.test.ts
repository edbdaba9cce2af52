import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, remains, remainsAfter, startToofan } from './toofan.ts';

/** Moments of a drill that a user or a machine may end it at, by the line that was printed last. */
const moments = ['Preparing a clean stack', 'Starting inventory/streaming', 'surge'];

describe('a drill that is ended in the middle leaves nothing behind', () => {
  it.each(moments)('Ctrl-C at "%s"', async (moment) => {
    await using folder = await emptyFolder();
    const before = await remains();
    const running = startToofan(['run', 'smoke', '--stack', 'local', '--out', 'out'], folder.path);
    await running.printed(moment);
    running.process.kill('SIGINT');
    const { code, stderr } = await running.finished;
    expect(stderr).toMatch(/interrupted/);
    expect(code).toBe(130);
    expect(await remainsAfter(before, 10_000)).toEqual([]);
    expect(existsSync(join(folder.path, 'out'))).toBe(false);
  });

  it.each(moments)('SIGKILL at "%s"', async (moment) => {
    await using folder = await emptyFolder();
    const before = await remains();
    const running = startToofan(['run', 'smoke', '--stack', 'local', '--out', 'out'], folder.path);
    await running.printed(moment);
    running.process.kill('SIGKILL');
    expect((await running.finished).signal).toBe('SIGKILL');
    expect(await remainsAfter(before, 15_000)).toEqual([]);
  });
});
