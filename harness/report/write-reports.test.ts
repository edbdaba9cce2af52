import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { failingRun, passingRun } from './fixtures/runs.ts';
import { writeReports, writeRun } from './write-reports.ts';

async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'toofan-reports-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}
const filesIn = async (path: string) => (await readdir(path, { recursive: true })).toSorted();

test('one target: everything in the folder, nothing unfinished left', async () => {
  const path = await folder();
  expect(await writeReports(path, [passingRun()])).toBe(join(path, 'report.html'));
  await writeRun(path, passingRun());
  expect(await filesIn(path)).toEqual(['junit.xml', 'report.html', 'run.json', 'summary.md']);
  expect(JSON.parse(await readFile(join(path, 'run.json'), 'utf8'))).toMatchObject({ schema: 1, verdict: 'pass' });
});

test('several targets: one report over them, and no run.json that could be taken for any', async () => {
  const path = await folder();
  await writeReports(path, [passingRun(), failingRun()]);
  expect(await filesIn(path)).toEqual(['junit.xml', 'report.html', 'summary.md']);
});

test.each(['report.html', '.report.html', 'run.json'])('what lies behind a link %s is left as it is', async (name) => {
  const [path, elsewhere] = [await folder(), await folder()];
  const theirs = join(elsewhere, 'theirs');
  await writeFile(theirs, 'theirs');
  await symlink(theirs, join(path, name));
  await writeReports(path, [passingRun()]);
  await writeRun(path, passingRun());
  expect(await readFile(theirs, 'utf8')).toBe('theirs');
  expect(await filesIn(elsewhere)).toEqual(['theirs']);
});

test('a folder that cannot be made is an error that names it', async () => {
  const path = await folder();
  await writeRun(path, passingRun());
  await expect(writeReports(join(path, 'run.json'), [passingRun()])).rejects.toThrow('run.json');
});
