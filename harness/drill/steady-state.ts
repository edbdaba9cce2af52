import { setTimeout as delay } from 'node:timers/promises';
import type { KafkaLog } from '../observe/kafka-log.ts';
import { groupLags } from '../observe/lag.ts';
import type { TargetProcesses } from '../target/processes.ts';
import type { Target } from '../target/target.ts';

const everyMs = 100;

/** A check of the pipeline: null if it is steady, otherwise the reason in words. */
export type Look = () => Promise<string | null>;

/**
 * Checks from `fromMs` (epoch) until the pipeline is steady, up to `untilMs`. Returns null if it was steady, otherwise the last
 * reason. A fault that strikes an unsteady pipeline proves nothing about the fault.
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

/** Steady: every process is up, and everything older than a second is consumed. */
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
