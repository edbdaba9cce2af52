import { expect, it } from 'vitest';
import { ExitCode } from '../../harness/exit-code.ts';
import { lackingForVolume } from '../../harness/stack/tools/log-volume.ts';
import { leftBehind } from '../stack/remains.ts';
import { emptyFolder, readRun, sessionOf, startToofan } from '../toofan.ts';

const scenario = 'big-billion-day-2020-short';
const faults = ['connections-exhausted', 'database-lock', 'broker-disk-full', 'worker-leak', 'dependency-down'];
/** Detection and recovery times also depend on the machine, which others may use; what the pipeline did does not. */
const timed = new Set(['detected', 'recovered-from-each']);

it.skipIf(lackingForVolume() !== null)(
  'the resilient pipeline keeps every promise through the incident of 2020 in its short form',
  async () => {
    await using folder = await emptyFolder();
    const args = [
      'run',
      scenario,
      '--target',
      'inventory/resilient-2021',
      '--stack',
      'local',
      '--out',
      'out',
      '--quiet',
    ];
    const running = startToofan(args, folder.path);
    const session = await sessionOf(running);
    const { code, stderr } = await running.finished;
    expect(stderr).toBe('');
    const run = await readRun(`${folder.path}/out`);
    expect(run.faults.map(({ name, verified, healed }) => ({ name, verified, healed }))).toEqual(
      faults.map((name) => ({ name, verified: true, healed: true })),
    );
    const missed = [...run.invariants, ...run.objectives].filter(({ verdict }) => verdict !== 'pass');
    expect(missed.filter(({ name, verdict }) => !(timed.has(name) && verdict !== 'pass'))).toEqual([]);
    expect({ invariants: run.invariants.length, objectives: run.objectives.length }).toEqual({
      invariants: 13,
      objectives: 5,
    });
    expect(code).toBe(
      { pass: ExitCode.pass, fail: ExitCode.objectiveMissed, inconclusive: ExitCode.inconclusive }[run.verdict],
    );
    expect(await leftBehind(session, 10_000)).toEqual([]);
  },
);
