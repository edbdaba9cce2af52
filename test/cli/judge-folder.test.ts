import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resultsIn, sound } from '../judge/small-results.ts';
import { emptyFolder, readRun, toofan } from '../toofan.ts';

const aborted = {
  schema: 1,
  run: 'r',
  scenario: 's',
  targets: ['inventory/streaming'],
  seed: 1,
  verdict: 'aborted',
  why: 'interrupted: healed and cleaned up',
  there: [{ target: 'inventory/streaming', folder: '', holds: '3 parts of a history' }],
  command: 'npx toofan run smoke',
};

describe('toofan judge', () => {
  it('writes into the folder that it is given, and into none above it', async () => {
    await using folder = await emptyFolder();
    await resultsIn(join(folder.path, 'run'));
    const history = join(folder.path, 'run', 'history');
    const { code, stdout } = await toofan(['judge', history], folder.path);
    expect(code).toBe(0);
    expect(stdout).toContain(join(history, 'report.html'));
    expect(await readdir(join(folder.path, 'run'))).toEqual(['history']);
    expect(await readdir(folder.path)).toEqual(['run']);
    expect((await toofan(['judge', 'run'], folder.path)).code).toBe(0);
    expect((await readRun(join(folder.path, 'run'))).verdict).toBe('pass');
  });

  it('says that a run was aborted, why, what is there and how to run it again', async () => {
    await using folder = await emptyFolder();
    await mkdir(join(folder.path, 'history'));
    await writeFile(join(folder.path, 'run.json'), JSON.stringify(aborted));
    const { code, stderr } = await toofan(['judge', '.'], folder.path);
    expect(stderr).toBe(
      'toofan: .: the run was aborted: interrupted: healed and cleaned up. Kept: 3 parts of a history of inventory/streaming. It has no verdict; run it again: npx toofan run smoke\n',
    );
    expect(code).toBe(65);
  });

  it('judges what is whole of an aborted run, and says that it was', async () => {
    await using folder = await emptyFolder();
    await resultsIn(folder.path);
    await writeFile(join(folder.path, 'run.json'), JSON.stringify(aborted));
    const { code, stdout } = await toofan(['judge', '.'], folder.path);
    expect(stdout).toMatch(/^The run was aborted: interrupted: healed and cleaned up\./);
    expect(code).toBe(0);
  });

  it('names the folders of a run of several targets', async () => {
    await using folder = await emptyFolder();
    for (const target of ['a', 'b']) await resultsIn(join(folder.path, 'run', target));
    const { code, stderr } = await toofan(['judge', 'run'], folder.path);
    expect(stderr).toBe('toofan: run: a run of several targets; give one of: run/a, run/b\n');
    expect(code).toBe(65);
  });

  it('takes a name that begins with a dash after two dashes, and says so', async () => {
    await using folder = await emptyFolder();
    await resultsIn(join(folder.path, '-run'));
    const { code, stderr } = await toofan(['judge', '-run'], folder.path);
    expect(code).toBe(64);
    expect(stderr).toMatch(/-run exists: put a name that begins with a dash after --: toofan judge -- -run/);
    expect((await toofan(['judge', '--', '-run'], folder.path)).code).toBe(0);
  });

  it('lets nothing that others wrote steer the terminal', async () => {
    await using folder = await emptyFolder();
    const steering = '\u001B]0;owned\u0007\u009B31m\u202E';
    const odd = join(folder.path, `run${steering}`);
    await resultsIn(odd);
    const file = join(odd, 'history', 'drill.json');
    const text = await readFile(file, 'utf8');
    const edited = async (change: (record: Record<string, unknown>) => unknown) => {
      await writeFile(file, JSON.stringify(change(JSON.parse(text) as Record<string, unknown>)));
      const { stdout, stderr } = await toofan(['judge', basename(odd)], folder.path);
      for (const line of [...stdout.split('\n'), ...stderr.split('\n')])
        expect(line).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
      return stderr;
    };
    const machine = { cpus: 1, memoryMiB: 1, platform: steering, node: steering, busyBefore: steering };
    expect(await edited((record) => ({ ...record, command: steering, run: steering, machine }))).toBe('');
    expect(await edited((record) => ({ ...record, [steering]: 1 }))).toMatch(/owned/);
    expect(await edited((record) => ({ ...record, schema: steering }))).toMatch(/has schema/);
    // Nor does it make lines of its own.
    const lines = async (change: object) =>
      (await edited((record) => ({ ...record, ...change }))).split('\n').filter((line) => line.startsWith(' ✓ PASS'));
    const forged = 'x\n ✓ PASS  all is well';
    expect(await lines({ [forged]: 1 })).toEqual([]);
    const { scenario } = JSON.parse(text) as { scenario: object };
    expect(await lines({ scenario: { ...scenario, domain: forged } })).toEqual([]);
    expect(await lines({ scenario: { ...scenario, objectives: [{ type: forged }] } })).toEqual([]);
    expect(await edited(({ seed: _seed, ...record }) => record)).toMatch(/seed: must be/);
    const ended = JSON.stringify({ ...aborted, why: steering, command: `${steering}\n ✓ PASS` });
    await writeFile(join(odd, 'run.json'), ended);
    expect(await edited((record) => record)).toBe('');
    await rm(file);
    await writeFile(join(odd, 'run.json'), ended);
    const { stderr } = await toofan(['judge', basename(odd)], folder.path);
    expect(stderr).toMatch(/the run was aborted/);
    expect(stderr).not.toMatch(/^ ✓ PASS/m);
    expect(stderr.trimEnd()).not.toMatch(/\p{Cc}/u);
  });

  it.skipIf(process.getuid?.() !== 0)('gives the verdict of a folder that cannot be written', async () => {
    await using folder = await emptyFolder();
    const results = join(folder.path, 'run');
    await resultsIn(results, {
      ...sound,
      invariants: ['promise-kept'],
      ops: [
        {
          op: 1,
          at: 0,
          answers: [
            ['confirmed', 5],
            ['revoked', 9],
          ],
        },
      ],
    });
    for (const path of [folder.path, join(results, 'history')]) await chmod(path, 0o755);
    const [tmp, nobody] = [join(folder.path, 'tmp'), { uid: 65_534, gid: 65_534 }];
    const closed = await toofan(['judge', results], '/', { TMPDIR: results }, nobody);
    expect(closed.stderr).toMatch(
      /^toofan: the folder for temporary files, .*, is not writable for this user: set TMPDIR/,
    );
    expect(closed.code).toBe(69);
    await mkdir(tmp);
    await chmod(tmp, 0o1777);
    const { code, stdout, stderr } = await toofan(['judge', results], '/', { TMPDIR: tmp }, nobody);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/FAIL/);
    expect(stdout).toMatch(/Report {4}not written: EACCES/);
    expect(code).toBe(11);
    expect(await readdir(results)).toEqual(['history']);
  });
});
