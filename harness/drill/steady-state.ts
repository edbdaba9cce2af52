import { setTimeout as delay } from 'node:timers/promises';
import type { KafkaLog } from '../observe/kafka-log.ts';
import { groupLags } from '../observe/lag.ts';
import type { TargetProcesses } from '../target/processes.ts';
import type { Target } from '../target/target.ts';

const everyMs = 100;

/** A look at the pipeline: null where it is steady, else what is not, in words. */
export type Look = () => Promise<string | null>;

/**
 * Looks from `fromMs` on (epoch) until the pipeline is steady, at most until `untilMs`. Null where it was seen steady, else
 * what was not at the last look: a fault that strikes an unsteady pipeline shows nothing of what the fault does.
 */
export async function waitForSteadyState(
  look: Look,
  fromMs: number,
  untilMs: number,
  signal: AbortSignal,
): Promise<string | null> {
  await delay(Math.max(0, fromMs - Date.now()), undefined, { signal });
  for (;;) {
    const lacking = await look();
    if (lacking === null || Date.now() >= untilMs) return lacking;
    await delay(everyMs, undefined, { signal });
  }
}

/** Steady: every process is there, and what came more than a second ago is consumed. */
export function steadyLook(
  log: KafkaLog,
  target: Pick<Target, 'consumerGroups'>,
  starts: ReadonlyMap<string, readonly number[]>,
  processes: TargetProcesses,
  operationsPerSecond: () => number,
): Look {
  return async () => {
    const down = processes.instances.filter(({ pid }) => pid === undefined).map(({ name }) => name);
    if (down.length > 0) return `${down.join(', ')} is down`;
    const allowed = Math.ceil(operationsPerSecond());
    const behind = (await groupLags(log, target.consumerGroups, starts)).find(({ messages }) => messages > allowed);
    return behind === undefined
      ? null
      : `${behind.group} is ${behind.messages} messages behind, more than the ${allowed} of a second`;
  };
}
