import type { FaultRecord } from '../../history/drill-record.ts';
import { type Duration, ms } from '../../scenario/time.ts';
import { overtimeWithin } from '../fault-account.ts';
import { faultsTried, notStruck, struckFaults } from '../incidents.ts';
import { defineObjective, type ParametersOf } from './define-objective.ts';
import type { Evidence } from './objective.ts';
import { duration, noPhase } from './parameters.ts';
import { secondsOf } from './bad-seconds.ts';

const parameters = {
  during: noPhase('recovery is measured from each fault'),
  within: duration,
  /** The service is good while no operation has waited longer than this for its decision; default 1 s. */
  lagBelow: duration.optional(),
};
type Parameters = ParametersOf<typeof parameters>;

const defaultLag: Duration = '1s';

/**
 * From each fault's strike to the last moment before the next strike with a bad lag: wall time, detection and failover included,
 * minus the overtime of faults on a store or a dependency. The slowest recovery counts; one that never came is infinite.
 */
export const recovered = defineObjective({
  type: 'recovered',
  parameters,
  clocks: () => ['harness', 'brokers'],
  unfit: ({ faults }) =>
    faults.length === 0 ? ['type: the scenario has no faults, so there is nothing to recover from'] : [],
  async measure(spec, evidence) {
    const times = await recoveries(spec, evidence);
    const slowest = times.toSorted((a, b) => b.seconds - a.seconds)[0];
    return {
      name: 'recovered',
      observed: slowest?.seconds ?? null,
      threshold: ms(spec.within) / 1000,
      sense: 'below',
      unit: 's',
      evidence: times.length,
      minimumEvidence: faultsTried(evidence.drill),
      unseen: [
        ...times.flatMap(({ fault, isShown }) => (isShown ? [] : `nothing was submitted after ${fault.name} struck`)),
        ...times.flatMap(({ fault, isCut }) =>
          isCut ? `the next fault struck before recovery from ${fault.name}` : [],
        ),
        ...(times.length === 0 ? [] : notStruck(evidence.drill)),
      ].join('; '),
      detail: slowest === undefined ? 'no fault was seen to strike' : describe(slowest),
    };
  },
  async badSeconds(spec, evidence) {
    const missed = (await recoveries(spec, evidence)).filter(({ seconds }) => seconds * 1000 >= ms(spec.within));
    const spans = missed.map(({ fault, seconds }) => ({
      from: fault.commandedAt,
      to: fault.commandedAt + seconds * 1e6,
    }));
    return secondsOf(spans, ms(spec.within), evidence.drill);
  },
});

interface Recovery {
  readonly fault: FaultRecord;
  /** Infinity if it never recovered. */
  readonly seconds: number;
  /** Whether anything was submitted that could show it. */
  readonly isShown: boolean;
  /** Whether the next fault struck first: then this is a lower bound. */
  readonly isCut: boolean;
}

async function recoveries(spec: Parameters, { history, drill }: Evidence): Promise<Recovery[]> {
  const lag = ms(spec.lagBelow ?? defaultLag) * 1000;
  const faults = struckFaults(drill);
  const times: Recovery[] = [];
  for (const [index, fault] of faults.entries()) {
    const from = fault.commandedAt;
    const until = faults[index + 1]?.commandedAt ?? drill.closedAt;
    // An operation is late from appended_at + lag until it is decided; only lateness that overlaps [from, until) counts.
    const [found] = await history.rows<{ end: number | null; undecided: number; is_shown: boolean }>(
      `SELECT max(least(decided_at, ${until})) AS "end", count(*) FILTER (decided_at IS NULL) AS undecided,
         EXISTS (FROM ops WHERE appended_at >= ${from} AND appended_at < ${until}) AS is_shown
       FROM ops WHERE submitted AND appended_at + ${lag} < ${until}
         AND (decided_at IS NULL OR (decided_at - appended_at > ${lag} AND decided_at > ${from}))`,
    );
    const never = (found?.undecided ?? 0) > 0;
    const end = Math.max(from, found?.end ?? from);
    const seconds = never ? Infinity : (end - from - overtimeWithin(drill, from, end)) / 1e6;
    const isCut = index + 1 < faults.length && end >= until;
    times.push({ fault, seconds, isShown: found?.is_shown === true, isCut });
  }
  return times;
}

const describe = ({ fault, seconds }: Recovery): string =>
  seconds === Infinity ? `not recovered from ${fault.name}` : `slowest: ${fault.name}`;
