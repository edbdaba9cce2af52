import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lackingForVolume } from '../../harness/stack/log-volume.ts';
import { leftBehind } from '../stack/remains.ts';
import { nightly } from '../nightly.ts';
import { emptyFolder, readAborted, remains, remainsAfter, sessionOf, startToofan, toofan } from '../toofan.ts';

/** Moments of a drill that a user or a machine may end it at, by the line that was printed last. */
const moments = ['Preparing a clean stack', 'Starting inventory/streaming', 'surge'];

/**
 * The incident of 2020 with its first three faults held all at once: no connection left, the stock locked, the broker's disk full
 * and mounted.
 */
const held = [0, 1, 2].flatMap((fault) => ['--set', `faults[${fault}].fault.for=1min`]);
const scenario = 'big-billion-day-2020-short';
const incident = ['run', scenario, '--stack', 'local', '--out', 'out', '--set', 'load[0].for=3s', ...held];
const incidentMoments = [
  ...['broker-disk-full', 'connections-exhausted', 'worker-leak', 'dependency-down'].map((name) => `fault ${name}`),
  'Draining',
  'Reading the logs',
  'Judging',
];

async function expectNothingAfterInterrupt(moment: string): Promise<void> {
  await using folder = await emptyFolder();
  const before = await remains();
  const running = startToofan(['run', 'smoke', '--stack', 'local', '--out', 'out'], folder.path);
  await running.printed(moment);
  running.process.kill('SIGINT');
  const { code, stderr } = await running.finished;
  expect(stderr).toMatch(/interrupted/);
  expect(code).toBe(130);
  expect(await remainsAfter(before, 10_000)).toEqual([]);
  const { verdict, why, there } = await readAborted(join(folder.path, 'out'));
  expect([verdict, why]).toEqual(['aborted', 'interrupted: healed and cleaned up']);
  expect(there).toMatchObject([{ target: 'inventory/streaming', folder: '' }]);
  expect(there[0]?.holds).toMatch(
    moment === 'surge' ? /^\d+ parts of a history$/ : /^(\d+ parts? of a history|nothing)$/,
  );
  const judged = await toofan(['judge', 'out'], folder.path);
  expect(judged.stderr).toMatch(/^toofan: out: the run was aborted: interrupted/);
  expect(judged.code).toBe(65);
}

async function expectNothingAfterKill(moment: string): Promise<void> {
  await using folder = await emptyFolder();
  const before = await remains();
  const running = startToofan(['run', 'smoke', '--stack', 'local', '--out', 'out'], folder.path);
  await running.printed(moment);
  running.process.kill('SIGKILL');
  expect((await running.finished).signal).toBe('SIGKILL');
  expect(await remainsAfter(before, 15_000)).toEqual([]);
  expect((await readAborted(join(folder.path, 'out'))).why).toMatch(/still running, or its process was killed/);
}

describe('a drill that is ended in the middle leaves nothing behind but what it has recorded, marked as aborted', () => {
  it.each(moments.slice(-1))('Ctrl-C at "%s"', (moment) => expectNothingAfterInterrupt(moment));
  it.skipIf(!nightly).each(moments.slice(0, -1))('Ctrl-C at "%s"', (moment) => expectNothingAfterInterrupt(moment));
  it.each(moments.slice(-1))('SIGKILL at "%s"', (moment) => expectNothingAfterKill(moment));
  it.skipIf(!nightly).each(moments.slice(0, -1))('SIGKILL at "%s"', (moment) => expectNothingAfterKill(moment));

  it.skipIf(!nightly || lackingForVolume() !== null).each(incidentMoments)(
    'SIGKILL of the incident at "%s"',
    async (moment) => {
      await using folder = await emptyFolder();
      const running = startToofan(incident, folder.path);
      const session = await sessionOf(running);
      await running.printed(moment);
      running.process.kill('SIGKILL');
      expect((await running.finished).signal).toBe('SIGKILL');
      expect(await leftBehind(session, 15_000)).toEqual([]);
    },
  );
});
