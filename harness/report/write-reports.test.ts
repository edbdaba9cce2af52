import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { failingRun, passingRun } from './fixtures/runs.ts';
import { writeReports } from './write-reports.ts';

async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'toofan-reports-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}
const filesIn = async (path: string) => (await readdir(path, { recursive: true })).toSorted();

test('one target: everything in the folder, nothing unfinished left', async () => {
  const path = await folder();
  expect(await writeReports(path, [passingRun()])).toBe(join(path, 'report.html'));
  expect(await filesIn(path)).toEqual(['junit.xml', 'report.html', 'run.json', 'summary.md']);
  expect(JSON.parse(await readFile(join(path, 'run.json'), 'utf8'))).toMatchObject({ schema: 1, verdict: 'pass' });
});

test('several targets: a folder each for run.json, one report over them', async () => {
  const path = await folder();
  await writeReports(path, [passingRun(), failingRun()]);
  expect(await filesIn(path)).toEqual([
    'inventory-legacy-batch',
    join('inventory-legacy-batch', 'run.json'),
    'inventory-streaming',
    join('inventory-streaming', 'run.json'),
    'junit.xml',
    'report.html',
    'summary.md',
  ]);
});

test('a folder that cannot be made is an error that names it', async () => {
  const path = await folder();
  await writeReports(path, [passingRun()]);
  await expect(writeReports(join(path, 'run.json'), [passingRun()])).rejects.toThrow('run.json');
});
