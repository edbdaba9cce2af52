import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlannedDrill } from '../drill/drill-plan.ts';
import { ExitCode } from '../exit-code.ts';
import { runOf } from '../report/fixtures/runs.ts';
import { writeRun } from '../report/write-reports.ts';
import { drillInto, openManyResults, openResults } from './results.ts';

let around: string;
beforeEach(async () => {
  around = await mkdtemp(join(tmpdir(), 'toofan-results-'));
});
afterEach(async () => {
  await rm(around, { recursive: true, force: true });
});

const planned = (target = 'inventory/streaming', run = 'smoke-2026-11-27T19-00-00') =>
  ({
    run,
    seed: 1,
    command: 'npx toofan run smoke',
    scenario: { name: 'smoke' },
    target: { name: target },
  }) as unknown as PlannedDrill;

const saidIn = async (...path: string[]) =>
  JSON.parse(await readFile(join(around, ...path, 'run.json'), 'utf8')) as Record<string, unknown>;

describe("a run's folder", () => {
  it('is its own though two begin in the same second', async () => {
    const runs = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (target) => await openResults([planned(target)], undefined, around)),
    );
    const folders = (await readdir(join(around, 'results'))).toSorted();
    expect(folders).toEqual(['', '-2', '-3', '-4'].map((suffix) => `smoke-2026-11-27T19-00-00${suffix}`));
    expect(runs.map(({ folder }) => folder).toSorted()).toEqual(folders.map((name) => join(around, 'results', name)));
    for (const { folder, plans } of runs) {
      expect(plans[0]?.historyFolder).toBe(join(folder, 'history'));
      expect(folder.endsWith(`/${plans[0]?.run}`)).toBe(true);
    }
  });

  it.each(['new', 'empty', 'new/below'])(
    'named by --out goes to the first of two that ask at once: %s',
    async (out) => {
      await mkdir(join(around, 'empty'));
      const asked = await Promise.allSettled(['a', 'b'].map((target) => openResults([planned(target)], out, around)));
      const refused = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
      expect(refused).toMatchObject([
        { exitCode: ExitCode.usage, message: expect.stringContaining(`--out ${out}: already exists`) as string },
      ]);
      const [winner] = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(await saidIn(out)).toMatchObject({ verdict: 'aborted', targets: [winner?.plans[0]?.target.name] });
    },
  );

  it.each(['/proc/x', '/proc/x/y', '/dev/null/x'])('cannot be %s, and that is said at once', async (out) => {
    await expect(openResults([planned()], out, around)).rejects.toMatchObject({
      exitCode: ExitCode.usage,
      message: expect.stringMatching(/cannot be made/) as string,
    });
  });

  it('cannot have a name under which it could not be read', async () => {
    const message = expect.stringMatching(/a path with a backslash/) as string;
    const refusal = { exitCode: ExitCode.usage, message };
    await expect(openResults([planned()], 'b\\c[1]', around)).rejects.toMatchObject(refusal);
    await expect(openResults([planned()], undefined, join(around, 'b\\c[1]'))).rejects.toMatchObject(refusal);
    await expect(openResults([planned()], '', around)).rejects.toThrow(/--out: the folder name is empty/);
    expect(await readdir(around)).toEqual([]);
  });

  it('is one for each target, whatever they are called, and below it', async () => {
    const targets = ['a/b', 'a-b', '../up', '..', 'sp ace', 'ü', '-x', 'a[1]'];
    const { folder, plans } = await openResults(
      targets.map((target) => planned(target)),
      'out',
      around,
    );
    const below = plans.map(({ historyFolder }) => historyFolder.slice(folder.length + 1));
    expect(below).toEqual(
      ['a-b', 'a-b-2', 'up', 'unnamed', 'sp ace', 'ü', 'x', 'a-1-'].map((name) => join(name, 'history')),
    );
  });

  it('of a scenario whose name is a path is below results/ too', async () => {
    const { folder } = await openResults([planned('a', '../../x/y')], undefined, around);
    expect(folder).toBe(join(around, 'results', 'x-y'));
  });
});

describe('a run that ends without a verdict', () => {
  it('keeps what is there, the notes of its user too, and says why', async () => {
    await mkdir(join(around, 'mine'));
    const results = await openResults([planned()], 'mine', around);
    await mkdir(join(around, 'mine', 'history'));
    await writeFile(join(around, 'mine', 'history', 'operations-0.parquet'), '');
    await writeFile(join(around, 'mine', 'notes.txt'), 'precious');
    const text = await results.aborted([], new Error('the disk is full\nmore'));
    expect(text).toContain('the disk is full. Kept: 1 part of a history of inventory/streaming');
    expect(await saidIn('mine')).toMatchObject({
      schema: 1,
      verdict: 'aborted',
      why: 'the disk is full',
      there: [{ target: 'inventory/streaming', folder: '', holds: '1 part of a history' }],
    });
    expect(await readFile(join(around, 'mine', 'notes.txt'), 'utf8')).toBe('precious');
  });

  it('keeps the verdict of the target that was judged before', async () => {
    const results = await openResults([planned('a'), planned('b'), planned('c')], 'out', around);
    const [first, second] = results.plans;
    if (first === undefined || second === undefined) throw new Error('no plans');
    const judged = runOf('a');
    await results.begin(first);
    await mkdir(first.historyFolder);
    await writeFile(join(first.historyFolder, 'drill.json'), '{}');
    await writeRun(dirname(first.historyFolder), judged);
    await results.begin(second);
    const reason = new Error('interrupted');
    await results.aborted(
      [{ ...judged, record: { ...judged.record, target: { ...judged.record.target, name: 'a' } } }],
      reason,
    );
    expect(await saidIn('out', 'a')).toMatchObject({ verdict: judged.judgement.verdict });
    expect(await saidIn('out', 'b')).toMatchObject({ verdict: 'aborted', why: 'interrupted', targets: ['b'] });
    expect(await saidIn('out')).toMatchObject({
      verdict: 'aborted',
      there: [
        { target: 'a', folder: 'a', holds: 'a judged drill' },
        { target: 'b', folder: 'b', holds: 'nothing' },
        { target: 'c', folder: 'c', holds: 'nothing' },
      ],
    });
  });

  it('has no run.json above those of its targets once all are judged', async () => {
    const results = await openResults([planned('a'), planned('b')], 'out', around);
    for (const plan of results.plans) {
      await results.begin(plan);
      await writeRun(dirname(plan.historyFolder), runOf(plan.target.name));
    }
    await results.ended();
    expect(await readdir(join(around, 'out'))).toEqual(['a', 'b']);
  });
});

describe('many drills', () => {
  it('leave no folder where nothing was kept, and what did not come to its end where it was', async () => {
    const [one, two] = [await openManyResults(planned(), around), await openManyResults(planned(), around)];
    expect(one.folder).not.toBe(two.folder);
    const failing = drillInto(join(two.folder, '7'), planned(), async ({ historyFolder }) => {
      await mkdir(historyFolder);
      throw new Error('the store went away');
    });
    await expect(failing).rejects.toThrow('the store went away');
    await one.close();
    await two.close();
    expect(await readdir(join(around, 'results'))).toEqual([two.run]);
    expect(await saidIn('results', two.run, '7')).toMatchObject({ verdict: 'aborted', why: 'the store went away' });
  });
});
