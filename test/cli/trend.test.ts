import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { resultsIn } from '../judge/small-results.ts';
import { emptyFolder, toofan } from '../toofan.ts';

it('reads each run.json of a folder and nothing else, and writes one page', async () => {
  await using folder = await emptyFolder();
  const results = join(folder.path, 'results');
  await resultsIn(join(results, 'one'));
  await toofan(['judge', 'results/one'], folder.path);
  await rm(join(results, 'one', 'history'), { recursive: true });
  await cp(join(results, 'one'), join(results, 'several', 'target'), { recursive: true });
  await symlink(results, join(results, 'loop'));
  await mkdir(join(results, 'torn'));
  await writeFile(join(results, 'torn', 'run.json'), '{');
  await mkdir(join(results, 'ended'));
  const aborted = { schema: 1, run: 'r', scenario: 's', targets: [], seed: 1, verdict: 'aborted', why: 'x', there: [], command: 'c' }; // prettier-ignore
  await writeFile(join(results, 'ended', 'run.json'), JSON.stringify(aborted));
  const { code, stdout } = await toofan(['trend'], folder.path);
  expect(code).toBe(0);
  expect(stdout).toContain('small › small (local stack)');
  expect(stdout.match(/ {2}(?:one|several\/target)$/gm)).toHaveLength(2);
  expect(stdout).toContain('1 aborted run left out');
  expect(stdout).toMatch(/Left out: .*torn\/run\.json: is not complete JSON/);
  expect(await readFile(join(results, 'trend.html'), 'utf8')).toContain('several/target');
  expect(await readdir(join(results, 'one'))).not.toContain('trend.html');
});

it.each([
  [['nowhere'], 64, 'nowhere: no such folder'],
  [['.'], 65, '.: holds no run with a verdict; give the folder that holds the runs'],
  [['torn'], 65, 'torn/run.json: is not what a run writes'],
  [['whole', '--out', 'whole'], 64, '--out whole: cannot be written'],
  [[''], 64, 'trend: the folder name is empty'],
])('refuses %j', async (args, code, says) => {
  await using folder = await emptyFolder();
  if (args[0] === 'torn') {
    await mkdir(join(folder.path, 'torn'));
    await writeFile(join(folder.path, 'torn', 'run.json'), '[]');
  }
  if (args[0] === 'whole') {
    await resultsIn(join(folder.path, 'whole'));
    await toofan(['judge', 'whole'], folder.path);
  }
  const { stderr, ...ended } = await toofan(['trend', ...args], folder.path);
  expect(stderr).toContain(says);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(ended).toMatchObject({ code, stdout: '' });
});
