import { expect } from 'vitest';
import { emptyFolder, toofan } from '../toofan.ts';

/** Minutes: about a dozen drills. */
export const mutantsWithinMs = 900_000;

/**
 * Drills the mutants of one domain, or the named ones, and the sound pipeline on so many seeds: all must get the expected
 * verdict.
 */
export async function expectMutants(domain: string, seeds: number, only: readonly string[] = []): Promise<void> {
  await using folder = await emptyFolder();
  const chosen = only.flatMap((name) => ['--only', name]);
  const args = ['mutants', '--domain', domain, '--seeds', String(seeds), '--stack', 'local', ...chosen];
  const { code, stdout, stderr } = await toofan(args, folder.path);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/every row is as expected/);
  expect(code).toBe(0);
}
