import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawnFirst } from '../../harness/commands/fault-schedule.ts';
import { faults } from '../../harness/faults/registry.ts';
import { mutants } from '../../simulators/inventory/streaming/mutants.ts';
import { nightly } from '../nightly.ts';
import { emptyFolder, readAborted, readRun, remains, remainsAfter, startToofan, toofan } from '../toofan.ts';
import { eventually, NotYet } from '../../harness/eventually.ts';
import { processTimes } from '../../harness/session/proc-files.ts';

/** Where it is another than the first. */
const seedThatCatches: Readonly<Record<string, number>> = { 'shelf-never-refreshed': 3 };
const resilient = ['soak', '--target', 'inventory/resilient-2021', '--stack', 'local', '--quiet'];
/** A seed's draw from these names never changes; the seeds below were chosen with them. */
const known = ['--faults', drawnFirst.join(',')];
const gentle = ['--faults', 'worker-crash,redis-flush,redelivery', '--stack', 'local'];

/** Resolves once a process that did not exist `before` is stopped. */
async function frozenProcess(before: readonly string[], withinMs: number): Promise<void> {
  const look = async () => {
    const pids = (await remains())
      .filter((one) => !before.includes(one))
      .flatMap((one) => /^process (\d+)/.exec(one)?.[1] ?? []);
    const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
    const isFrozen = stats.some((stat) => processTimes(stat)?.state === 'T');
    return isFrozen ? undefined : new NotYet(`no process was frozen within ${withinMs} ms`);
  };
  await eventually(look, { withinMs });
}

describe('soaking', () => {
  it('acquits the resilient pipeline under the faults of three seeds, and keeps nothing of them', async () => {
    await using folder = await emptyFolder();
    const before = await remains();
    const args = [...resilient, ...known, '--seeds', '3', '--first-seed', '8'];
    const { code, stdout, stderr } = await toofan(args, folder.path);
    expect(stderr).toBe('');
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^✓ seed 8 {2}pass {2}redis-flush.*store-kill postgres:main.*worker-crash.*redis-flush/);
    expect(lines[1]).toMatch(/^✓ seed 9 {2}pass {2}worker-starve etl-worker ×2/);
    expect(lines[2]).toMatch(/^✓ seed 10 {2}pass {2}network-cut postgres:main.*dependency-slow recommendations/);
    expect(lines.slice(3)).toEqual(['', '3 seeds: 3 passed, 0 failed, 0 inconclusive', '']);
    expect(code).toBe(0);
    expect(existsSync(join(folder.path, 'results'))).toBe(false);
    expect(await remainsAfter(before, 10_000)).toEqual([]);
  }, 400_000);

  it.skipIf(!nightly)('convicts a mutant, keeps what proves it, and prints the command that repeats it', async () => {
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

  it.skipIf(!nightly)(
    'heals, cleans and gives no verdict of a drill that Ctrl-C ended while a worker was frozen',
    async () => {
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
      const [run = ''] = await readdir(join(folder.path, 'results'));
      expect((await readAborted(join(folder.path, 'results', run, '1'))).why).toMatch(/interrupted/);
    },
  );

  it('refuses a fault that there is none of, before anything starts', async () => {
    await using folder = await emptyFolder();
    const { code, stderr } = await toofan(['soak', '--faults', 'worker-crush,redis-flush'], folder.path);
    expect(stderr).toBe("toofan: --faults: unknown fault 'worker-crush'. Did you mean 'worker-crash'?\n");
    expect(code).toBe(64);
  });
});

describe.skipIf(!nightly)('soaking by night', () => {
  it('acquits the resilient pipeline on fifty seeds, under every fault', async () => {
    await using folder = await emptyFolder();
    const { code, stdout, stderr } = await toofan([...resilient, '--seeds', '50'], folder.path);
    expect(stderr).toBe('');
    expect(stdout).toContain('\n50 seeds: 50 passed, 0 failed, 0 inconclusive\n');
    expect([...faults.keys()].filter((fault) => !stdout.includes(`${fault} `))).toEqual([]);
    expect(code).toBe(0);
  }, 3_600_000);

  it.each(mutants)(
    'catches $name on a seed, by every invariant named for it',
    { timeout: 400_000 },
    async ({ name, target, convictedBy }) => {
      await using folder = await emptyFolder();
      const seed = String(seedThatCatches[name] ?? 1);
      const args = [
        'soak',
        '--target',
        target.name,
        '--seeds',
        '1',
        '--first-seed',
        seed,
        '--stack',
        'local',
        ...known,
      ];
      const { code, stdout } = await toofan(args, folder.path);
      expect(convictedBy.filter((invariant) => !stdout.includes(`    ${invariant}: `))).toEqual([]);
      expect(code).toBe(11);
    },
  );
});
