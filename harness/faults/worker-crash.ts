import { badInput } from '../errors.ts';
import { durationMs, ms, type Duration } from '../scenario/time.ts';
import type { Fault } from './fault.ts';

/** SIGKILL of some of a target's processes, and their restart. */
export interface WorkerCrash {
  readonly type: 'worker-crash';
  /** The name of a `ProcessSpec`; the first one of the target where it is left out. */
  readonly process?: string;
  /** How many instances; all where it is left out. */
  readonly count?: number;
  /** How long they stay down; wall time. */
  readonly downFor: Duration;
  readonly [parameter: string]: unknown;
}

export const workerCrash = (parameters: Omit<WorkerCrash, 'type'>): WorkerCrash => ({
  ...parameters,
  downFor: parameters['downFor'] as Duration,
  type: 'worker-crash',
});

export const workerCrashFault: Fault<WorkerCrash> = {
  type: 'worker-crash',

  validate(spec) {
    const problems: string[] = [];
    if (durationMs(spec.downFor) === undefined) problems.push(`downFor: not a duration such as '2s': ${spec.downFor}`);
    if (spec.count !== undefined && !(Number.isInteger(spec.count) && spec.count >= 1))
      problems.push(`count: a whole number from 1: ${String(spec.count)}`);
    return problems;
  },

  async strike(spec, { processes }) {
    const name = spec.process ?? processes.instances[0]?.spec.name ?? '';
    const victims = processes.named(name).slice(0, spec.count);
    if (victims.length === 0)
      throw badInput(`worker-crash: the target runs no process named '${name}'; name one of its processes`);
    await Promise.all(victims.map((victim) => victim.kill()));
    return {
      holdMs: ms(spec.downFor),
      async verify() {
        const alive = victims.filter((victim) => victim.pid !== undefined);
        if (alive.length > 0) throw new Error(`still alive: ${alive.map((victim) => victim.name).join(', ')}`);
        return `killed ${victims.map((victim) => victim.name).join(', ')}`;
      },
      async heal() {
        await Promise.all(victims.map((victim) => victim.start()));
      },
      async verifyHealed() {
        const down = victims.filter((victim) => victim.pid === undefined);
        if (down.length > 0) throw new Error(`still down: ${down.map((victim) => victim.name).join(', ')}`);
        return `${victims.map((victim) => victim.name).join(', ')} ready again`;
      },
    };
  },
};
