import { expect, it } from 'vitest';
import { emptyFolder, toofan } from './toofan.ts';

it.each([
  { domain: 'inventory', seeds: 5 },
  { domain: 'wallet', seeds: 1 },
  { domain: 'kyc', seeds: 1 },
])(
  'the mutants of $domain are convicted, each by the invariants named for it, and the unbroken pipeline is acquitted ($seeds seeds)',
  async ({ domain, seeds }) => {
    await using folder = await emptyFolder();
    const args = ['mutants', '--domain', domain, '--seeds', String(seeds), '--stack', 'local'];
    const { code, stdout, stderr } = await toofan(args, folder.path);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/every row is as it must be/);
    expect(code).toBe(0);
  },
  900_000,
);
