import { ms } from '../../scenario/time.ts';
import { defineObjective } from './define-objective.ts';
import { duration, noPhase } from './parameters.ts';
import { secondsOf } from './bad-seconds.ts';

/** Seconds that something may wait under load without its being a backlog. */
const waitingFrom = 1;

/** How long after the last planned operation every consumer group had reached the end of its topics. */
export const drained = defineObjective({
  type: 'drained',
  parameters: {
    during: noPhase('a drain has no phase'),
    within: duration,
  },
  clocks: () => [],
  async measure(spec, { drill, history }) {
    const [submitted] = await history.rows<{ n: number }>('SELECT count(*) AS n FROM ops WHERE submitted');
    const { drainedAt, loadEndedAt, closedAt } = drill;
    const seconds = drainedAt === null ? Infinity : Math.max(0, drainedAt - loadEndedAt) / 1e6;
    // Nothing to work off is worked off at once.
    const n = submitted?.n ?? 0;
    const waited = ((closedAt - loadEndedAt) / 1e6).toFixed(1);
    return {
      name: 'drained',
      observed: n === 0 ? null : seconds,
      threshold: ms(spec.within) / 1000,
      sense: 'below',
      unit: 's',
      evidence: n,
      minimumEvidence: 1,
      detail: drainedAt === null ? `not drained ${waited} s after the load, when the wait ended` : '',
    };
  },
  badSeconds(spec, { drill, seconds }) {
    const { drainedAt, loadEndedAt, closedAt } = drill;
    const { seconds: draining, ...rest } = secondsOf(
      [{ from: loadEndedAt, to: drainedAt ?? closedAt }],
      ms(spec.within),
      drill,
    );
    const first = draining[0]?.second ?? 0;
    // What waited under load already is why the drain is long.
    const waiting = seconds
      .filter(({ second, lagSeconds }) => second < first && (lagSeconds ?? 0) > waitingFrom)
      .map(({ second }) => ({ second, due: 1, late: 1 }));
    return Promise.resolve({ ...rest, seconds: [...waiting, ...draining] });
  },
});
