import { mkdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/**
 * A temporary folder for each test file: what its own sessions leave behind is told from what those of a file beside it still
 * use. It stays where it is not empty at the end, to be looked at.
 */
const before = tmpdir();
const own = join(before, `toofan-of-test-${process.pid}-${process.env['VITEST_POOL_ID'] ?? ''}`);
// A local Postgres runs as a user of its own and must come through.
mkdirSync(own, { recursive: true, mode: 0o755 });
process.env['TMPDIR'] = own;

afterAll(() => {
  process.env['TMPDIR'] = before;
  try {
    rmdirSync(own);
  } catch {
    // Somebody's janitor is still at work; tests of leaks wait for it.
  }
});
