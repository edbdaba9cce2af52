import { mkdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/**
 * A temporary folder per test file, so that leftovers of its own sessions are distinguishable from what other files still use. If
 * it is not empty at the end, it stays for inspection.
 */
const before = tmpdir();
const own = join(before, `toofan-of-test-${process.pid}-${process.env['VITEST_POOL_ID'] ?? ''}`);
// A local Postgres runs as its own user and needs access.
mkdirSync(own, { recursive: true, mode: 0o755 });
process.env['TMPDIR'] = own;

afterAll(() => {
  process.env['TMPDIR'] = before;
  try {
    rmdirSync(own);
  } catch {
    // A janitor is still at work; tests for leaks wait for it.
  }
});
