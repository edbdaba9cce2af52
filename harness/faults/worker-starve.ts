import { z } from 'zod';
import { once } from 'node:events';
import type { FaultParameters, FaultSpec } from '../scenario/scenario.ts';
import { type Span, wallMs } from '../scenario/time.ts';
import { type Fault, leaseFor } from './fault.ts';
import { instances, name, span } from './parameters.ts';
import { stoppedShare } from './process-state.ts';
import { namesOf, victimsOf } from './victims.ts';

/** Some of a target's processes get only a share of the time: stopped and continued in turn, ten times a second. */
export interface WorkerStarve extends FaultSpec {
  readonly type: 'worker-starve';
  readonly process?: string;
  readonly count?: number;
  /** The share of the time in which they may run, above 0 and below 1. */
  readonly cpuShare: number;
  readonly for: Span;
}

export const workerStarve = (parameters: FaultParameters<WorkerStarve>): WorkerStarve => ({
  ...parameters,
  type: 'worker-starve',
});

const periodSeconds = 0.1;
const seenForMs = 1_000;

/** Runs until it is ended; ends by itself, and lets them run, when none of them is left. */
const dutyCycle = `
run=$1; rest=$2; shift 2
trap 'kill -CONT "$@" 2>&-; exit' TERM
while kill -STOP "$@" 2>&-; do sleep "$rest"; kill -CONT "$@" 2>&- || exit; sleep "$run"; done`;

export const workerStarveFault: Fault<WorkerStarve> = {
  type: 'worker-starve',
  summary: "Some of the pipeline's processes get only a share of the processor's time.",

  parameters: { process: name.optional(), count: instances.optional(), cpuShare: z.number().gt(0).lt(1), for: span },

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
        // Looked at from outside on a busy machine: half of what was ordered is a starved process for certain.
        if (stopped < (1 - spec.cpuShare) / 2)
          throw new Error(`stopped for ${Math.round(stopped * 100)} % of a second only`);
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
};
