import { expect, it } from 'vitest';
import { emptyFolder, toofan } from '../toofan.ts';

/** The mutants of one domain, in a file of its own: two domains are drilled at a time. */
export function tryMutants(domain: string, seeds: number): void {
  it(`the mutants of ${domain} are convicted, each by the invariants named for it, and the unbroken pipeline is acquitted (${seeds} seeds)`, async () => {
    await using folder = await emptyFolder();
    const args = ['mutants', '--domain', domain, '--seeds', String(seeds), '--stack', 'local'];
    const { code, stdout, stderr } = await toofan(args, folder.path);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/every row is as it must be/);
    expect(code).toBe(0);
  }, 900_000);
}
