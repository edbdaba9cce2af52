import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nightly } from '../nightly.ts';
import { emptyFolder, readRun, startToofan } from '../toofan.ts';

const small = ['run', 'smoke', '--stack', 'local', '--quiet', '--load-scale', '0.15', '--set', 'load[2].hold=5s'];

it.skipIf(!nightly)(
  'runs of one second have each its own folder, one name is one run’s, and a verdict is printed though no report can be written',
  async () => {
    await using folder = await emptyFolder();
    const [broken, sound] = [[...small, '--target', 'inventory/legacy-batch'], small];
    const runs = [broken, sound, [...sound, '--out', 'same'], [...sound, '--out', 'same']].map((args) =>
      startToofan(args, folder.path),
    );
    // The page's name is already in use.
    const [, , first, second] = runs;
    await Promise.race([first?.finished, second?.finished]);
    await mkdir(join(folder.path, 'same', 'report.html', 'mine'), { recursive: true });
    const ended = await Promise.all(runs.map(({ finished }) => finished));
    expect(ended[0]?.code).toBe(11);
    const own = await readdir(join(folder.path, 'results'));
    const verdicts = await Promise.all(own.map((run) => readRun(join(folder.path, 'results', run))));
    expect(new Set(verdicts.map(({ target }) => target))).toEqual(
      new Set(['inventory/legacy-batch', 'inventory/streaming']),
    );
    expect(verdicts.find(({ target }) => target === 'inventory/legacy-batch')?.verdict).toBe('fail');
    expect(verdicts.find(({ target }) => target === 'inventory/streaming')?.verdict).not.toBe('fail');
    const refused = ended.slice(2).filter(({ code }) => code === 64);
    expect(refused.map(({ stderr }) => stderr)).toEqual([
      'toofan: --out same: already exists and is not empty; choose a new folder, nothing is overwritten\n',
    ]);
    const unwritten = ended.slice(2).find(({ code }) => code !== 64);
    expect(unwritten?.stdout).toMatch(/Report {4}not written: E\w+/);
    expect(unwritten?.stderr).toMatch(/same: could not write the reports/);
    expect([12, 69]).toContain(unwritten?.code);
    expect((await readRun(join(folder.path, 'same'))).target).toBe('inventory/streaming');
  },
);
