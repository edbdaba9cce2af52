/** `toofan soak --short`: hundreds of seeds in an hour, each some seconds of load in which workers die, freeze and get records again. */
import type { Scenario } from '../scenario/scenario.ts';
import { ms } from '../scenario/time.ts';
import type { StrikeWindow } from './fault-schedule.ts';

/** What makes a pipeline do things twice, leave them half done, and share its partitions out anew; the stores stay as they are. */
export const shortDrillFaults = ['redelivery', 'worker-crash', 'worker-freeze'] as const;

/** The load is over before all is well again, and the drain waits for that. */
export const shortDrillWindow: StrikeWindow = { fromMs: 300, untilMs: 300, healsBefore: false };

const times = 5;
const spans: ReadonlySet<string> = new Set(['for', 'within', 'hold', 'halfLife']);

/**
 * The same curve in a fifth of its time, at the same rates. Its invariants are judged, and whether it was drained: there is too
 * little of it for shares and quantiles.
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
