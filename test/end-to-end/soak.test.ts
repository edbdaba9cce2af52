import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { emptyFolder, readRun, remains, remainsAfter, startToofan, toofan } from './toofan.ts';

const gentle = ['--faults', 'worker-crash,redis-flush,redelivery', '--stack', 'local'];

/** Resolves once a process that was not there `before` is stopped. */
async function frozenProcess(before: readonly string[], withinMs: number): Promise<void> {
  for (const deadline = Date.now() + withinMs; ; await delay(50)) {
    const pids = (await remains())
      .filter((one) => !before.includes(one))
      .flatMap((one) => /^process (\d+)/.exec(one)?.[1] ?? []);
    const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
    if (stats.some((stat) => stat.slice(stat.lastIndexOf(')')).startsWith(') T'))) return;
    if (Date.now() > deadline) throw new Error(`no process was frozen within ${withinMs} ms`);
  }
}

describe('soaking', () => {
  it('acquits the streaming pipeline under faults of a seed, and keeps nothing of it', async () => {
    await using folder = await emptyFolder();
    const before = await remains();
    // Four faults: a crash of one worker, two redeliveries and a flush.
    const args = ['soak', '--seeds', '1', '--first-seed', '8', '--quiet', ...gentle];
    const { code, stdout, stderr } = await toofan(args, folder.path);
    expect(stderr).toBe('');
    const [line, ...rest] = stdout.split('\n');
    expect(line).toMatch(/^✓ seed 8 {2}pass {2}worker-crash inventory-worker.*redelivery.*redis-flush/);
    expect(rest).toEqual(['', '1 seed: 1 passed, 0 failed, 0 inconclusive', '']);
    expect(code).toBe(0);
    expect(existsSync(join(folder.path, 'results'))).toBe(false);
    expect(await remainsAfter(before, 10_000)).toEqual([]);
  });

  it('convicts a mutant, keeps what proves it, and prints the command that repeats it', async () => {
    await using folder = await emptyFolder();
    const target = 'inventory/streaming+no-dedupe';
    const args = ['soak', '--target', target, '--seeds', '1', '--first-seed', '3', ...gentle];
    const { code, stdout } = await toofan(args, folder.path);
    expect(stdout).toMatch(/^✗ seed 3 {2}fail/m);
    expect(stdout).toMatch(/effects-once: \d+ violations/);
    expect(stdout).toContain(
      `Repeat  npx toofan soak --target ${target} --seeds 1 --first-seed 3 --stack local --faults worker-crash,redis-flush,redelivery`,
    );
    expect(code).toBe(11);
    const [run = ''] = await readdir(join(folder.path, 'results'));
    const kept = join(folder.path, 'results', run, '3');
    expect((await readRun(kept)).verdict).toBe('fail');
    expect(['report.html', 'history/drill.json'].filter((file) => !existsSync(join(kept, file)))).toEqual([]);
  });

  it('heals, cleans and says nothing of a drill that Ctrl-C ended while a worker was frozen', async () => {
    await using folder = await emptyFolder();
    const before = await remains();
    const running = startToofan(['soak', '--faults', 'worker-freeze', '--stack', 'local'], folder.path);
    await running.printed('Stack: local');
    await frozenProcess(before, 60_000);
    running.process.kill('SIGINT');
    const { code, stdout, stderr } = await running.finished;
    expect(stderr).toMatch(/interrupted/);
    expect(stdout).not.toMatch(/passed/);
    expect(code).toBe(130);
    expect(await remainsAfter(before, 10_000)).toEqual([]);
    expect(existsSync(join(folder.path, 'results'))).toBe(false);
  });

  it('refuses a fault that there is none of, before anything starts', async () => {
    await using folder = await emptyFolder();
    const { code, stderr } = await toofan(['soak', '--faults', 'worker-crush,redis-flush'], folder.path);
    expect(stderr).toBe("toofan: --faults: no fault is called 'worker-crush'. Did you mean 'worker-crash'?\n");
    expect(code).toBe(64);
  });
});
