import { ms } from '../../scenario/time.ts';
import { defineObjective } from './define-objective.ts';
import { duration, noPhase } from './parameters.ts';
import { secondsOf } from './bad-seconds.ts';

/** Seconds that an operation may wait under load without counting as backlog. */
const waitingFrom = 1;

/** Time from the last planned operation until every consumer group reached the end of its topics. */
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
    // With nothing to drain, the drain takes no time.
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
    // A backlog built up under load is why the drain takes long.
    const waiting = seconds
      .filter(({ second, lagSeconds }) => second < first && (lagSeconds ?? 0) > waitingFrom)
      .map(({ second }) => ({ second, due: 1, late: 1 }));
    return Promise.resolve({ ...rest, seconds: [...waiting, ...draining] });
  },
});
