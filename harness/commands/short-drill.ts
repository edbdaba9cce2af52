/** `toofan soak --short`: a few seconds of load per seed, in which workers die, freeze and get records again. */
import type { Scenario } from '../scenario/scenario.ts';
import { ms } from '../scenario/time.ts';
import type { StrikeWindow } from './fault-schedule.ts';

/** Faults that make a pipeline do things twice, leave them half done, and reassign its partitions; the stores stay up. */
export const shortDrillFaults = ['redelivery', 'worker-crash', 'worker-freeze'] as const;

/** The load ends before all is well again; the drain waits for that. */
export const shortDrillWindow: StrikeWindow = { afterWarmUpMs: 300, beforeEndMs: 300, healsBefore: false };

const times = 5;
const spans: ReadonlySet<string> = new Set(['for', 'within', 'hold', 'halfLife']);

/**
 * The same curve in a fifth of its time, at the same rates. Judges invariants and the drain: there is too little load for shares
 * and quantiles.
 */
export function shortened<Long extends Pick<Scenario, 'load' | 'objectives'>>(scenario: Long): Long {
  const load = scenario.load.map((phase) =>
    Object.fromEntries(
      Object.entries(phase).map(([member, value]) => [
        member,
        spans.has(member) && typeof value === 'string' ? `${ms(value as never) / times}ms` : value,
      ]),
    ),
  );
  return {
    ...scenario,
    load: load as unknown as Long['load'],
    objectives: scenario.objectives.filter(({ type }) => type === 'drained'),
  };
}
