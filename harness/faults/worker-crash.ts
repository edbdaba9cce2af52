import type { FaultParameters, FaultSpec } from '../scenario/scenario.ts';
import { type Span, wallMs } from '../scenario/time.ts';
import type { TargetInstance } from '../target/processes.ts';
import type { Fault } from './fault.ts';
import { instances, name, span } from './parameters.ts';
import { namesOf, victimsOf } from './victims.ts';

/** SIGKILL of some of a target's processes, and their restart. */
export interface WorkerCrash extends FaultSpec {
  readonly type: 'worker-crash';
  /** The name of a `ProcessSpec`; the first one of the target where it is left out. */
  readonly process?: string;
  /** How many instances; all where it is left out. */
  readonly count?: number;
  /** How long they stay down. */
  readonly downFor: Span;
}

export const workerCrash = (parameters: FaultParameters<WorkerCrash>): WorkerCrash => ({
  ...parameters,
  type: 'worker-crash',
});

const startsWithinMs = 30_000;

export const workerCrashFault: Fault<WorkerCrash> = {
  type: 'worker-crash',
  summary: "SIGKILL of some of the pipeline's processes, which stay down for a while.",

  parameters: { process: name.optional(), count: instances.optional(), downFor: span },

  async strike(spec, context) {
    const victims = victimsOf('worker-crash', context, spec);
    await Promise.all(victims.map((victim) => victim.kill()));
    return {
      holdMs: wallMs(spec.downFor, context.timeScale),
      async verify() {
        const alive = victims.filter((victim) => victim.pid !== undefined);
        if (alive.length > 0) throw new Error(`still alive: ${namesOf(alive)}`);
        return `killed ${namesOf(victims)}`;
      },
      async heal() {
        await Promise.all(victims.map(startAgain));
      },
      async verifyHealed() {
        const down = victims.filter((victim) => victim.pid === undefined);
        if (down.length > 0) throw new Error(`still down: ${namesOf(down)}`);
        return `${namesOf(victims)} ready again`;
      },
    };
  },
};

/**
 * Starts it until it is ready. One that ends because what it needs is away (another fault holds it) is started anew for a while
 * where its orchestrator would do so; elsewhere it has not healed.
 */
async function startAgain(victim: TargetInstance): Promise<void> {
  for (const deadline = Date.now() + startsWithinMs; ;) {
    try {
      await victim.start();
      return;
    } catch (error) {
      if (victim.spec.restart !== 'always' || Date.now() > deadline) throw error;
    }
  }
}
