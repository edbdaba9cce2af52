import { ms } from '../../scenario/time.ts';
import { holdsBroker } from '../fault-account.ts';
import { firstSecondAt } from '../drill-times.ts';
import { defineObjective } from './define-objective.ts';
import { type Evidence, scopeWindow } from './objective.ts';
import { duration } from './parameters.ts';
import { lateBySecond } from './bad-seconds.ts';

const defaultMinimum = 100;

/** Total seconds in which decisions were made in degraded mode: wall time spent in crisis mode. */
export const degradedTime = defineObjective({
  type: 'degraded-time',
  parameters: {
    below: duration,
  },
  clocks: () => [],
  async measure(spec, evidence) {
    const { history, drill } = evidence;
    const { from, to } = scopeWindow(spec, drill);
    const [found] = await history.rows<{ n: number; degraded: number; seconds: number }>(
      `SELECT count(*) AS n, count(*) FILTER (degraded) AS degraded,
         count(DISTINCT (decided_at - ${from}) // 1000000) FILTER (degraded) AS seconds
       FROM ops WHERE decided_at >= ${from} AND decided_at < ${to}`,
    );
    const { n, degraded, seconds } = found ?? { n: 0, degraded: 0, seconds: 0 };
    const silent = secondsWithoutDecision(evidence, from, to);
    const bound = ms(spec.below) / 1000;
    return {
      name: 'degraded-time',
      observed: n === 0 ? null : seconds,
      threshold: bound,
      sense: 'below',
      unit: 's',
      evidence: n,
      minimumEvidence: defaultMinimum,
      // A pipeline that decides nothing shows no mode.
      unseen:
        silent > 0 && seconds + silent >= bound
          ? `${silent} s more had no decision though operations were waiting`
          : null,
      detail: degraded === 0 ? '' : `${degraded} of ${n} decisions`,
    };
  },
  async badSeconds(spec, { history, drill }) {
    const { from, to } = scopeWindow(spec, drill);
    const where = `decided_at >= ${from} AND decided_at < ${to}`;
    const seconds = await lateBySecond(history, { time: 'decided_at', late: 'degraded', where });
    // A second counts once, however many of its decisions were degraded.
    const once = seconds.map((one) => ({ ...one, late: Math.min(1, one.late) }));
    return { seconds: once, hadMs: 0, allowedShare: 0, allowedSeconds: ms(spec.below) / 1000 };
  },
});

/**
 * Seconds of a window in which something waited throughout and nothing was decided, though none of our faults held the broker.
 */
const secondsWithoutDecision = ({ drill, seconds }: Evidence, from: number, to: number): number =>
  seconds.filter(({ second, decided, lagSeconds }) => {
    const at = firstSecondAt(drill) + second * 1e6;
    return at >= from && at < to && decided === 0 && (lagSeconds ?? 0) >= 1 && !holdsBroker(drill, at);
  }).length;
