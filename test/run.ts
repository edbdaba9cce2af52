import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Tests in two speeds; the last line is `N passed, N failed[, N skipped]`. Without an option: checks, units, properties, the
 * judge and a smoke drill of each domain, for every change. `--all`: everything else. `--nightly`: both, and the long drills. A
 * check that could not run at all counts as failed.
 */
const nightly = process.argv.includes('--nightly');
const all = process.argv.includes('--all');
const quick = ['unit', 'judge', 'smoke'];
const slow = ['integration', 'drills'];
const projects = nightly ? [...quick, ...slow] : all ? slow : quick;
const folder = mkdtempSync(join(tmpdir(), 'toofan-test-'));
const results = join(folder, 'results.json');
const compiled = join(folder, 'compiled');

function succeeds(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): boolean {
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  return status === 0;
}

interface Counts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

function countsOf(path: string): Counts {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Counts;
  } catch {
    return { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, testResults: [] };
  }
}

const checked = all || succeeds('npm', ['run', '--silent', 'check']);
const tested = succeeds(
  'npx',
  [
    'vitest',
    'run',
    ...projects.flatMap((name) => ['--project', name]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
  ],
  // Hundreds of processes start with the same code.
  { NODE_COMPILE_CACHE: compiled, ...(nightly && { TOOFAN_NIGHTLY: '1' }) },
);
const counts = countsOf(results);
rmSync(folder, { recursive: true, force: true });
// A file that is skipped entirely creates its folder and calls no hook; if not empty, the folder stays for inspection.
for (const name of readdirSync(tmpdir()).filter((one) => one.startsWith('toofan-of-test-'))) {
  try {
    rmdirSync(join(tmpdir(), name));
  } catch {
    process.stderr.write(`${join(tmpdir(), name)} is not empty\n`);
  }
}
// A file that does not load fails the run without failing a test.
const brokenFiles = !tested && counts.numFailedTests === 0 ? 1 : 0;
const passed = counts.numPassedTests + (checked && !all ? 1 : 0);
const failed = counts.numFailedTests + (checked ? 0 : 1) + brokenFiles;
// Failures are repeated at the end: a server often keeps only the end of a long log.
const failures = [
  ...(checked ? [] : ['npm run check']),
  ...counts.testResults.flatMap(({ name, message, assertionResults }) => {
    const tests = assertionResults
      .filter(({ status }) => status === 'failed')
      .map((test) => `${name}: ${test.fullName}`);
    return tests.length === 0 && message !== '' ? [`${name}: ${message}`] : tests;
  }),
];
for (const failure of failures) process.stdout.write(`failed: ${failure}\n`);
const skipped = counts.numPendingTests > 0 ? `, ${counts.numPendingTests} skipped` : '';
process.stdout.write(`${passed} passed, ${failed} failed${skipped}\n`);
process.exitCode = failed === 0 ? 0 : 1;
