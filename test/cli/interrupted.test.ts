import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inventory } from '../../harness/domains/inventory/index.ts';
import { lackingForVolume } from '../../harness/stack/tools/log-volume.ts';
import { leftBehind } from '../stack/remains.ts';
import { aHistory } from '../judge/a-history.ts';
import { nightly } from '../nightly.ts';
import { olderNode } from '../older-node.ts';
import {
  childOf,
  emptyFolder,
  readAborted,
  readRun,
  remains,
  remainsAfter,
  sessionOf,
  startToofan,
  toofan,
} from '../toofan.ts';

/** Moments of a drill at which a user or a machine may end it, by the last printed line. */
const moments = ['Preparing a clean stack', 'Starting inventory/streaming', 'surge'];

/**
 * The incident of 2020 with its first three faults held at once: no free connections, the stock locked, the broker's disk mounted
 * and full.
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

  it.skipIf(!nightly)('Ctrl-C in the second of two targets keeps the verdict of the first', async () => {
    await using folder = await emptyFolder();
    const [first, second] = ['inventory/streaming', 'inventory/legacy-batch'];
    const targets = ['--target', first, '--target', second];
    const running = startToofan(['run', 'smoke', '--stack', 'local', '--out', 'out', ...targets], folder.path);
    await running.printed('Judging');
    await running.printed(`Starting ${second}`);
    running.process.kill('SIGINT');
    const { code, stdout } = await running.finished;
    expect(code).toBe(130);
    expect(stdout).toMatch(/Aborted: interrupted.*a judged drill of inventory\/streaming \(in inventory-streaming\)/);
    expect(stdout).toMatch(/smoke › inventory\/streaming/);
    const out = join(folder.path, 'out');
    expect((await readRun(join(out, 'inventory-streaming'))).objectives.length).toBeGreaterThan(0);
    expect(await readAborted(join(out, 'inventory-legacy-batch'))).toMatchObject({ verdict: 'aborted' });
    expect((await readAborted(out)).there[0]).toMatchObject({ folder: 'inventory-streaming', holds: 'a judged drill' });
    const judged = await toofan(['judge', 'out/inventory-streaming'], folder.path);
    expect(judged.stdout).toMatch(/smoke › inventory\/streaming/);
    expect(judged.stderr).toBe('');
    const whole = await toofan(['judge', 'out'], folder.path);
    expect(whole.stderr).toMatch(/out: the run was aborted: interrupted.*a judged drill of inventory\/streaming/);
  });

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

/** Before any store has started: an interruption is cheap here. */
const first = 'Measuring how fast this machine is';
const repository = resolve(import.meta.dirname, '../..');
const cli = join(repository, 'harness/cli.ts');
const drill = ['run', 'smoke', '--stack', 'local', '--out'];

/** A command line as a shell would start it, and the lines that it prints. */
function begin(command: string, args: readonly string[]) {
  const child = spawn(command, args, {
    cwd: repository,
    env: { ...process.env, NO_COLOR: '1', PATH: `${repository}/node_modules/.bin:${process.env['PATH']}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const reading = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const printed = async (text: string): Promise<void> => {
    while (!lines.some((line) => line.includes(text)))
      await once(reading, 'line', { signal: AbortSignal.timeout(60_000) });
  };
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  const closed = once(reading, 'close');
  // Whatever happens to a test, it leaves no drill behind.
  onTestFinished(() => void (child.exitCode === null && child.signalCode === null && child.kill('SIGINT')));
  return { child, printed, ended, closed };
}

const spills = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('toofan-judge-'));

describe('what ends a command from outside', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends a judge in the middle, with 130 and nothing left',
    async (signal) => {
      const ops = Array.from({ length: 2_000 }, (_, op) => ({ op, at: op, answers: [['confirmed', op + 5]] as const }));
      const history = await aHistory({
        opening: { p: 9_000 },
        invariants: inventory.invariants.map(({ name }) => name),
        ops,
      });
      await using folder = await emptyFolder();
      const running = startToofan(['judge', history], folder.path);
      while ((await spills()).length === 0) await delay(1);
      running.process.kill(signal);
      const { code, stderr, stdout } = await running.finished;
      expect([code, stdout]).toEqual([130, '']);
      expect(stderr).toBe('toofan: interrupted: healed and cleaned up\n');
      expect(await spills()).toEqual([]);
      await rm(history, { recursive: true });
    },
  );

  it.each(['SIGINT', 'SIGTERM'] as const)('%s before any store has started ends with 130 at once', async (signal) => {
    await using folder = await emptyFolder();
    const before = await remains();
    const running = startToofan(['run', 'smoke', '--stack', 'local', '--out', 'out'], folder.path);
    await running.printed(first);
    running.process.kill(signal);
    expect((await running.finished).code).toBe(130);
    expect(await remainsAfter(before, 5_000)).toEqual([]);
  });

  it('a terminal that closes does not end what nohup has started', { timeout: 120_000 }, async () => {
    await using folder = await emptyFolder();
    const { child, printed, ended } = begin('nohup', [process.execPath, cli, ...drill, join(folder.path, 'out')]);
    await printed(first);
    child.kill('SIGHUP');
    await printed('Stack: local');
    child.kill('SIGINT');
    const late = AbortSignal.timeout(30_000);
    const outcome = await Promise.race([ended, once(late, 'abort').then(() => 'it has not ended within 30 s')]);
    expect(outcome).toEqual([130, null]);
  });

  it('a second Ctrl-C ends at once what the first could not end, and the janitor cleans up', async () => {
    await using folder = await emptyFolder();
    const before = await remains();
    const running = startToofan([...drill, 'out'], folder.path);
    await running.printed(first);
    // A stopped janitor delays every orderly end.
    const janitor = await childOf(running, /janitor\.ts/);
    process.kill(janitor.pid, 'SIGSTOP');
    running.process.kill('SIGINT');
    // Any sooner, it would be taken for the same Ctrl-C, forwarded by npm.
    await delay(1_200);
    const again = performance.now();
    running.process.kill('SIGINT');
    const { code, stderr } = await running.finished;
    expect(performance.now() - again).toBeLessThan(3_000);
    expect(code).toBe(130);
    expect(stderr).toContain('toofan: interrupted again: stopped at once, the janitor cleans up\n');
    process.kill(janitor.pid, 'SIGCONT');
    expect(await remainsAfter(before, 20_000)).toEqual([]);
  });

  it('npm that is ended takes its drill along', async () => {
    await using folder = await emptyFolder();
    const before = await remains();
    const args = ['run', '--silent', 'toofan', '--', ...drill, join(folder.path, 'out')];
    const { child, printed, closed } = begin('npm', args);
    await printed(first);
    child.kill('SIGKILL');
    // The orphan keeps the pipe open as long as it lives.
    await closed;
    expect(await remainsAfter(before, 10_000)).toEqual([]);
    expect(existsSync(join(folder.path, 'out', 'report.html'))).toBe(false);
  });

  it.skipIf(olderNode === undefined).each(['SIGTERM', 'SIGKILL'] as const)(
    '%s to an older Node takes the drill along that it has handed over',
    async (signal) => {
      await using folder = await emptyFolder();
      const before = await remains();
      const bin = resolve(import.meta.dirname, '../../harness/toofan.js');
      const { child, printed, ended, closed } = begin(olderNode ?? '', [bin, ...drill, join(folder.path, 'out')]);
      await printed(first);
      child.kill(signal);
      expect(await ended).toEqual(signal === 'SIGTERM' ? [130, null] : [null, 'SIGKILL']);
      await closed;
      expect(await remainsAfter(before, 10_000)).toEqual([]);
      expect((await readAborted(join(folder.path, 'out'))).why).toBe('interrupted: healed and cleaned up');
    },
  );
});
