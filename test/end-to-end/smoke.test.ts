import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DrillRecord } from '../../harness/history/drill-record.ts';
import { emptyFolder, readRun, remains, remainsAfter, toofan, type Finished } from '../toofan.ts';

const targets = ['inventory/streaming', 'inventory/legacy-batch', 'inventory/optimistic-hotfix'];
const folderOf = (target: string) => target.replaceAll('/', '-');

describe('the smoke drill on all three pipelines', () => {
  let folder: Awaited<ReturnType<typeof emptyFolder>>;
  let finished: Finished;
  let before: string[];

  beforeAll(async () => {
    folder = await emptyFolder();
    before = await remains();
    const flags = targets.flatMap((target) => ['--target', target]);
    finished = await toofan(['run', 'smoke', '--stack', 'local', '--seed', '7', '--out', 'out', ...flags], folder.path);
  }, 300_000);

  afterAll(() => folder[Symbol.asyncDispose]());

  const runOf = (target: string) => readRun(join(folder.path, 'out', folderOf(target)));
  const verdictsOf = async (target: string) =>
    new Map((await runOf(target)).invariants.map(({ name, verdict }) => [name, verdict]));

  it('ends with the worst verdict and leaves nothing running', async () => {
    expect(finished.stderr).toBe('');
    expect(finished.code).toBe(11);
    expect(await remainsAfter(before, 10_000)).toEqual([]);
  });

  it('acquits the streaming pipeline', async () => {
    const run = await runOf('inventory/streaming');
    expect(run.invariants.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(run.objectives.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(run.verdict).toBe('pass');
    expect(run.generator.unsent).toBe(0);
  });

  it('convicts the legacy batch of overselling', async () => {
    const verdicts = await verdictsOf('inventory/legacy-batch');
    expect(verdicts.get('no-overpromise')).toBe('fail');
    expect(verdicts.get('no-oversell')).toBe('fail');
  });

  it('convicts the hotfix of broken promises, and not of overselling in the end', async () => {
    const verdicts = await verdictsOf('inventory/optimistic-hotfix');
    expect(verdicts.get('no-overpromise')).toBe('fail');
    expect(verdicts.get('promise-kept')).toBe('fail');
    expect(verdicts.get('no-oversell')).toBe('pass');
  });

  it('measures the machine once for all of them, and says whether it was busy before', async () => {
    const machines = await Promise.all(
      targets.map(async (target) => {
        const file = join(folder.path, 'out', folderOf(target), 'history', 'drill.json');
        return (JSON.parse(await readFile(file, 'utf8')) as DrillRecord).machine;
      }),
    );
    const [calibration] = machines.map((machine) => machine.calibration);
    expect(calibration?.coreMs).toBeGreaterThan(1);
    expect(calibration?.pairMs).toBeGreaterThan(1);
    for (const machine of machines) {
      expect(machine.calibration).toEqual(calibration);
      expect(machine).toHaveProperty('busyBefore');
      expect(machine.notOffered).toBeInstanceOf(Array);
    }
  });

  it('confirms at least half of all orders on the sound pipeline, so that the drill measures selling', async () => {
    const { impact } = await runOf('inventory/streaming');
    expect(impact['confirmedShare']).toBeGreaterThanOrEqual(0.5);
  });

  it('writes one report over all of them', async () => {
    const files = ['report.html', 'junit.xml', 'summary.md'];
    expect(files.filter((file) => !existsSync(join(folder.path, 'out', file)))).toEqual([]);
    const junit = await readFile(join(folder.path, 'out', 'junit.xml'), 'utf8');
    for (const target of targets) expect(junit).toContain(target);
  });

  it('gives the same verdict and the same figures from the history alone', async () => {
    for (const target of targets) {
      const first = await runOf(target);
      const again = await toofan(['judge', join('out', folderOf(target))], folder.path);
      expect(again.code).toBe(first.verdict === 'pass' ? 0 : 11);
      const second = await runOf(target);
      const { timings: _first, ...figures } = first;
      const { timings: _second, ...figuresAgain } = second;
      expect(figuresAgain).toEqual(figures);
    }
  });
});
