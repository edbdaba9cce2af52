import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emptyFolder, readRun, remains, remainsAfter, toofan } from '../toofan.ts';

/** The shortest drill of each domain on its sound pipeline, on the stack that needs least: Java, Maven and no root. */
it.each(['smoke', 'wallet-smoke', 'kyc-soak'])(
  '%s: the sound pipeline keeps every promise, and nothing is left running',
  async (scenario) => {
    await using folder = await emptyFolder();
    const before = await remains();
    const flags = ['--stack', 'local', '--quiet', '--out', 'out'];
    const { code, stdout, stderr } = await toofan(['run', scenario, ...flags], folder.path);
    const run = await readRun(join(folder.path, 'out'));
    expect(stderr).toBe('');
    expect(run.invariants.map(({ name, verdict }) => `${name}: ${verdict}`)).toEqual(
      run.invariants.map(({ name }) => `${name}: pass`),
    );
    // On a shared machine there may be a doubt about the clock; it never convicts.
    expect([0, 12], `exit ${code}: ${stdout}`).toContain(code);
    expect(await remainsAfter(before, 10_000)).toEqual([]);
  },
);
