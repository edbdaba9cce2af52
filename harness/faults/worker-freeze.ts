import type { FaultParameters, FaultSpec } from '../scenario/scenario.ts';
import { type Span, wallMs } from '../scenario/time.ts';
import { living } from '../session/own-processes.ts';
import { type Fault, leaseFor } from './fault.ts';
import { instances, name, span } from './parameters.ts';
import { stoppedShare } from './process-state.ts';
import { namesOf, victimsOf } from './victims.ts';

/** SIGSTOP of some of a target's processes: alive to the system, dead to everybody who waits for them. */
export interface WorkerFreeze extends FaultSpec {
  readonly type: 'worker-freeze';
  readonly process?: string;
  readonly count?: number;
  readonly for: Span;
}

export const workerFreeze = (parameters: FaultParameters<WorkerFreeze>): WorkerFreeze => ({
  ...parameters,
  type: 'worker-freeze',
});

export const workerFreezeFault: Fault<WorkerFreeze> = {
  type: 'worker-freeze',
  summary: "SIGSTOP of some of the pipeline's processes: their connections stay open and nothing answers.",

  parameters: { process: name.optional(), count: instances.optional(), for: span },

  async strike(spec, context) {
    const victims = victimsOf('worker-freeze', context, spec);
    const holdMs = wallMs(spec.for, context.timeScale);
    const pids = victims.flatMap(({ pid }) => pid ?? []);
    const lease = leaseFor(context, holdMs, ['sh', '-c', 'kill -CONT "$@" 2>&- || :', 'sh', ...pids.map(String)]);
    await Promise.all(victims.map((victim) => victim.freeze()));
    return {
      holdMs,
      async verify() {
        if (pids.length < victims.length) throw new Error(`some were down already: ${namesOf(victims)}`);
        const share = Math.min(...(await Promise.all(pids.map((pid) => stoppedShare(pid, 100)))));
        if (share < 1) throw new Error(`not stopped all the time: ${namesOf(victims)}`);
        return `${namesOf(victims)} stopped`;
      },
      async heal() {
        await Promise.all(victims.map((victim) => victim.thaw()));
        await lease.end();
      },
      async verifyHealed() {
        const left = await living(pids);
        const share = Math.max(0, ...(await Promise.all(left.map((pid) => stoppedShare(pid, 100)))));
        if (share > 0) throw new Error(`still stopped: ${namesOf(victims)}`);
        return `${namesOf(victims)} run again`;
      },
    };
  },
};
