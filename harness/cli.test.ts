import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const program = join(import.meta.dirname, 'toofan.js');

/** In a folder whose `toofan.config.ts` reports that it was read. */
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toofan-cli-'));
  await writeFile(join(folder, 'toofan.config.ts'), "throw new Error('was read');\n");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const toofan = (...args: readonly string[]) =>
  new Promise<{ readonly code: number; readonly said: string }>((resolve) =>
    execFile(process.execPath, [program, ...args], { cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), said: stdout + stderr }),
    ),
  );

describe('the command line', () => {
  it.each([
    [['--help'], 0, /^ {2}down \[options\] +remove everything/m],
    [['--version'], 0, /^\d+\.\d+\.\d+\n$/],
    [['run', '--help'], 0, /Examples:\n {2}npx toofan run smoke +a ten-second drill/],
    [['help', 'soak'], 0, /--first-seed <n>/],
    [[], 64, /First steps:/],
    [['runn'], 64, /Did you mean run\?/],
    [['run', '--tagret', 'x'], 64, /Did you mean --target\?\)\n\(toofan run --help shows what it takes\)/],
    [['run', '--seed', 'x'], 64, /Must be a whole number from 0 to 4294967295/],
    [['judge'], 64, /missing required argument 'folder'/],
  ] as const)('%j answers %d without reading toofan.config.ts', async (args, code, says) => {
    const answer = await toofan(...args);
    expect(answer.said).toMatch(says);
    expect(answer.said).not.toContain('was read');
    expect(answer.code).toBe(code);
  });

  it('reads toofan.config.ts once the command line is right', async () => {
    expect(await toofan('list')).toEqual({ code: 65, said: 'toofan: toofan.config.ts: was read\n' });
  });

  it('has a help of every command, each in a file of its name', async () => {
    const files = (await readdir(join(import.meta.dirname, 'cli'))).map((file) => file.replace('.ts', ''));
    const names = files.filter((name) => !['command', 'options'].includes(name));
    const helps = await Promise.all(names.map((name) => toofan(name, '--help')));
    for (const [index, { code, said }] of helps.entries())
      expect([code, said]).toEqual([0, expect.stringContaining(`Usage: toofan ${names[index]}`)]);
  });

  it.each([['--help'], ['--version'], ['run --help']])('toofan %s takes at most 0.4 s of CPU', (args) => {
    const seconds = Array.from({ length: 3 }, () => cpuSecondsOf(args));
    expect(Math.min(...seconds)).toBeLessThanOrEqual(0.4);
  });
});

/** As bash measures it: including all child processes. */
function cpuSecondsOf(args: string): number {
  const line = `TIMEFORMAT='%U %S'; time '${process.execPath}' '${program}' ${args} > /dev/null`;
  const { stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8', cwd: folder });
  const [user, system] = stderr.trim().split(' ').map(Number);
  return (user ?? NaN) + (system ?? NaN);
}
