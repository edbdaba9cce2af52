import { describe, expect, it } from 'vitest';
import { emptyFolder, toofan } from './toofan.ts';

describe('the mutants', () => {
  it('are convicted, each by the invariants named for it, and the unbroken pipeline is acquitted on five seeds', async () => {
    await using folder = await emptyFolder();
    const { code, stdout, stderr } = await toofan(['mutants', '--stack', 'local'], folder.path);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/every row is as it must be/);
    expect(code).toBe(0);
  }, 900_000);
});
