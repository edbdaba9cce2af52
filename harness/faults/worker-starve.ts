import { z } from 'zod';
import { once } from 'node:events';
import { story, wallMs } from '../scenario/time.ts';
import { processes, someOf } from './draw.ts';
import { defineFault, leaseFor } from './fault.ts';
import { ofProcesses, span } from './parameters.ts';
import { stoppedShare } from './stopped-share.ts';
import { namesOf, victimsOf } from './victims.ts';

const periodSeconds = 0.1;
const seenForMs = 1_000;

/** Runs until stopped; when no victim is left, exits and releases everything. */
const dutyCycle = `
run=$1; rest=$2; shift 2
trap 'kill -CONT "$@" 2>&-; exit' TERM
while kill -STOP "$@" 2>&-; do sleep "$rest"; kill -CONT "$@" 2>&- || exit; sleep "$run"; done`;

export const workerStarve = defineFault({
  type: 'worker-starve',
  summary: "Limits some of the pipeline's processes to a share of the CPU time.",
  parameters: {
    ...ofProcesses,
    cpuShare: z.number().gt(0).lt(1).describe('the share of time they may run'),
    for: span,
  },

  async strike(spec, context) {
    const victims = victimsOf('worker-starve', context, spec);
    const holdMs = wallMs(spec.for, context.timeScale);
    const pids = victims.flatMap(({ pid }) => pid ?? []);
    const [run, rest] = [spec.cpuShare * periodSeconds, (1 - spec.cpuShare) * periodSeconds];
    const cycle = context.session.spawn(
      'sh',
      ['-c', dutyCycle, 'sh', run.toFixed(3), rest.toFixed(3), ...pids.map(String)],
      { stdio: 'ignore' },
    );
    const lease = leaseFor(
      context,
      holdMs,
      ['sh', '-c', 'kill "$1" 2>&- || :', 'sh', String(cycle.pid)],
      ['sh', '-c', 'kill -CONT "$@" 2>&- || :', 'sh', ...pids.map(String)],
    );
    return {
      holdMs,
      async verify() {
        const stopped = Math.min(...(await Promise.all(pids.map((pid) => stoppedShare(pid, seenForMs)))));
        // Observed from outside on a busy machine: half of what was asked for certainly shows a starved process.
        if (stopped < (1 - spec.cpuShare) / 2)
          throw new Error(`stopped for only ${Math.round(stopped * 100)} % of a second`);
        return `${namesOf(victims)} stopped for ${Math.round(stopped * 100)} % of a second`;
      },
      async heal() {
        if (cycle.exitCode === null && cycle.signalCode === null) {
          const ended = once(cycle, 'exit');
          cycle.kill('SIGTERM');
          await ended;
        }
        await lease.end();
      },
      async verifyHealed() {
        const stopped = Math.max(0, ...(await Promise.all(pids.map((pid) => stoppedShare(pid, seenForMs)))));
        if (stopped > 0) throw new Error(`still stopped for ${Math.round(stopped * 100)} % of a second`);
        return `${namesOf(victims)} run all the time`;
      },
    };
  },

  draw: {
    places: processes,
    holdMs: [2_000, 5_000],
    moreMs: 2_500,
    parameters: (process, hold, dice, offer) => ({
      process,
      count: someOf(process, dice, offer),
      cpuShare: dice.between(1, 6) / 10,
      for: hold,
    }),
  },
  alertedBy: ['ProcessDown', 'ConsumerLagHigh', 'DecisionsStalled'],
  trials: [{ with: { cpuShare: 0.2, for: '300ms' }, seen: /stopped for \d+ % of a second; .* run all the time/ }],
  page: {
    strikes: 'They are stopped and continued ten times a second.',
    example: { cpuShare: 0.2, for: story('5min') },
    struckShownBy: 'the share of a second the process is stopped, at least half of the requested share',
    healedShownBy: 'no sample shows it stopped',
    limits:
      'a target with `processes: []` has none to strike. The duty cycle needs no privileges and works the same on every system; a cgroup would be finer',
    lookFor: 'Lag that builds without any error.',
  },
});
