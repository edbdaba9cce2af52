import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { order } from '../judge/judging.ts';
import { resultsIn } from '../judge/small-results.ts';
import { emptyFolder, toofan } from '../toofan.ts';

const oversold = {
  opening: { p: 1 },
  invariants: ['no-overpromise', 'no-oversell', 'effects-once'],
  ops: [order(1, 0, 'confirmed', 5), order(2, 10, 'confirmed', 15), order(3, 20, 'confirmed', 25, { effects: [] })],
};

const explained = async (args: readonly string[], judged = true) => {
  const folder = await emptyFolder();
  await resultsIn(join(folder.path, 'run'), oversold);
  if (judged) await toofan(['judge', 'run'], folder.path);
  return { ...(await toofan(['explain', 'run', ...args], folder.path)), folder };
};

describe('toofan explain', () => {
  it('tells a key: what broke, and its moments with what was there', async () => {
    const { code, stdout, folder } = await explained(['p']);
    await using _ = folder;
    expect(code).toBe(0);
    expect(stdout).toContain('small › small › product p (name of p)\n3 operations, 13 moments');
    expect(stdout).toMatch(/✗ no-overpromise {2}1\n/);
    expect(stdout).toMatch(/\+0\.005 s {3}1 {2}effect {4}stock in main, version 1 {6}-1 {6}0\n/);
    expect(stdout).toMatch(/\+0\.015 s {6}broken {4}no-overpromise\n/);
    expect(stdout).toContain('Query   npx toofan explain run p --sql\n');
  });

  it('tells an operation: what it broke, and what its key did', async () => {
    const { stdout, folder } = await explained(['3']);
    await using _ = folder;
    expect(stdout).toContain('op 3, product p (name of p)');
    expect(stdout).toMatch(/✗ effects-once {2}1\n/);
    expect(stdout).toMatch(/✗ no-overpromise {2}1\n/);
  });

  it('as JSON is whole, and steers no terminal', async () => {
    const { stdout, folder } = await explained(['p', '--json']);
    await using _ = folder;
    const value = JSON.parse(stdout) as Record<string, unknown>;
    expect(value).toMatchObject({
      schema: 1,
      scenario: 'small',
      subject: { key: 'p' },
      measure: 'units',
      isCut: false,
    });
    expect(value['broken']).toMatchObject([
      { name: 'no-overpromise' },
      { name: 'no-oversell' },
      { name: 'effects-once' },
    ]);
    expect((value['life'] as unknown[]).slice(0, 2)).toMatchObject([
      { event: 'opening', remaining: 1, seconds: null },
      { event: 'sent', op: 1, seconds: 0, remaining: 1 },
    ]);
  });

  it('as SQL is the query alone, over the files of that run', async () => {
    const { stdout, folder } = await explained(['p', '--sql']);
    await using _ = folder;
    expect(stdout).toMatch(/^WITH operations AS \(\n {2}FROM read_parquet\('run\/history\/operations-\*\.parquet'/);
    expect(stdout).toMatch(/;\n$/);
  });

  it('changes nothing in the folder, and says what is not judged yet', async () => {
    const { code, stdout, folder } = await explained(['p'], false);
    await using _ = folder;
    expect(code).toBe(0);
    expect(stdout).toContain('Not judged yet');
    expect(await readdir(join(folder.path, 'run'))).toEqual(['history']);
  });

  it.each([
    [['run', 'nobody'], 64, "unknown key 'nobody'. Did you mean 'p'?"],
    [['run', '17'], 64, 'op 17 was never sent in this drill; the nearest: 3'],
    [['run', ''], 64, 'the key is empty'],
    [['nowhere', 'p'], 64, 'nowhere: no such folder'],
    [['run/history/drill.json', 'p'], 64, 'a file; give the folder of its run'],
    [['.', 'p'], 65, 'not a run, but holds 1 run; give one, such as the newest: npx toofan explain run'],
    [['run', 'p', '--json', '--sql'], 64, "option '--json' cannot be used with option '--sql'"],
  ])('refuses %j', async (args, code, says) => {
    await using folder = await emptyFolder();
    await resultsIn(join(folder.path, 'run'), oversold);
    const { stderr, ...ended } = await toofan(['explain', ...args], folder.path);
    expect(stderr).toContain(says);
    expect(ended).toMatchObject({ code, stdout: '' });
  });

  it('of an aborted run says so; of what was damaged, where', async () => {
    await using folder = await emptyFolder();
    const run = join(folder.path, 'run');
    await mkdir(run);
    const aborted = { verdict: 'aborted', why: 'interrupted', there: [], command: 'npx toofan run smoke', schema: 1, run: 'r', scenario: 's', targets: [], seed: 1 }; // prettier-ignore
    await writeFile(join(run, 'run.json'), JSON.stringify(aborted));
    expect(await toofan(['explain', 'run', 'p'], folder.path)).toMatchObject({
      code: 65,
      stderr:
        'toofan: run: the run was aborted: interrupted. Nothing was recorded. It has no verdict; run it again: npx toofan run smoke\n',
    });
    await resultsIn(run, oversold);
    const whole = await toofan(['explain', 'run', 'p'], folder.path);
    expect([whole.code, whole.stdout]).toEqual([0, expect.stringMatching(/^The run was aborted: interrupted/)]);
    await writeFile(join(run, 'run.json'), '{');
    const torn = await toofan(['explain', 'run', 'p'], folder.path);
    expect([torn.code, torn.stderr]).toEqual([65, expect.stringMatching(/run\.json: is not complete JSON/)]);
  });

  it('reads no list of counterexamples that is none', async () => {
    await using folder = await emptyFolder();
    const run = join(folder.path, 'run');
    await resultsIn(run, oversold);
    await toofan(['judge', 'run'], folder.path);
    const kept = join(run, 'counterexamples', 'no-overpromise.parquet');
    for (const odd of ['events-small.parquet', 'drill.json']) {
      await writeFile(kept, await readFile(join(run, 'history', odd)));
      const { code, stderr } = await toofan(['explain', 'run', 'p'], folder.path);
      expect(stderr).toMatch(/no-overpromise\.parquet: /);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(code).toBe(65);
    }
    await rm(kept);
    await symlink('/dev/zero', kept);
    const device = await toofan(['explain', 'run', 'p'], folder.path);
    expect([device.code, device.stderr]).toEqual([65, expect.stringMatching(/is not a file but a device/)]);
    // Without the file, the ten in run.json remain.
    await rm(kept);
    expect((await toofan(['explain', 'run', 'p'], folder.path)).stdout).toMatch(/✗ no-overpromise {2}1\n/);
  });
});
