import { sqlText } from '../../domains/sql.ts';
import { ms } from '../../scenario/time.ts';
import { valuesFor } from './evidence.ts';
import { defineObjective } from './define-objective.ts';
import { plannedIn } from './objective.ts';
import { duration, fraction } from './parameters.ts';
import { latenessOf } from './bad-seconds.ts';

/**
 * From the decision to the operation's last effect, for operations of the primary kind whose answer moves something: how long the
 * payee waits for what the payer was told is done. Zero if the effects came first, infinite if one never came. Compares the
 * store's clock with the broker's.
 */
export const settled = defineObjective({
  type: 'settled',
  parameters: {
    within: duration,
    /** 0.99 for p99. */
    quantile: fraction,
  },
  clocks: () => ['brokers', 'stores'],
  async measure(spec, evidence) {
    const { quantile } = spec;
    const { answer, effects } = evidence.domain.settles;
    const never = `effects < ${effects}`;
    // Effects without a time may have come at once.
    const took = `CASE WHEN ${never} THEN 'infinity'::DOUBLE ELSE greatest(coalesce(last_effect_at - decided_at, 0), 0)::DOUBLE END`;
    const [found] = await evidence.history.rows<Found>(
      `SELECT count(*) AS n, count(*) FILTER (${never}) AS never, count(*) FILTER (NOT (${never}) AND last_effect_at IS NULL) AS unstamped,
         count(*) FILTER (${took} >= ${ms(spec.within) * 1000}) AS late, quantile_disc(${took}, ${quantile}) AS micros
       FROM ops WHERE ${plannedIn(spec, evidence)} AND submitted AND answer = ${sqlText(answer)}`,
    );
    const { n, never: missing, unstamped, late, micros } = found ?? nothing;
    const isKnown = evidence.history.tables.has('effects');
    return {
      name: 'settled',
      observed: micros === null || !isKnown ? null : micros / 1000,
      threshold: ms(spec.within),
      sense: 'below',
      unit: 'ms',
      evidence: isKnown ? n : 0,
      minimumEvidence: valuesFor(quantile),
      bad: { count: late, allowedShare: 1 - quantile },
      unseen: unstamped > 0 ? `the effects of ${unstamped} of ${n} have no time` : null,
      detail: missing > 0 && isKnown ? `${missing} of ${n} never settled (latency infinite)` : '',
    };
  },
  async badSeconds(spec, evidence) {
    const { history, domain, drill } = evidence;
    const { answer, effects } = domain.settles;
    const unsettled = `effects < ${effects}`;
    const slow = `coalesce(last_effect_at - decided_at >= ${ms(spec.within) * 1000}, false)`;
    const where = `${plannedIn(spec, evidence)} AND submitted AND answer = ${sqlText(answer)}`;
    // What a drained pipeline has not settled it never will, however slow the machine was.
    const of = {
      time: 'decided_at',
      late: `(${unsettled} OR ${slow})`,
      never: drill.drainedAt === null ? 'false' : `(${unsettled})`,
      where,
    };
    return await latenessOf(history, of, { hadMs: ms(spec.within), allowedShare: 1 - spec.quantile });
  },
});

interface Found {
  readonly n: number;
  readonly never: number;
  readonly unstamped: number;
  readonly late: number;
  readonly micros: number | null;
}
const nothing: Found = { n: 0, never: 0, unstamped: 0, late: 0, micros: null };
