import type { ObjectiveSpec } from '../../scenario/scenario.ts';
import { type Duration, ms } from '../../scenario/time.ts';
import { check, type Objective, plannedIn, type Scoped, text, valuesFor } from './objective.ts';

interface Parameters extends Scoped {
  readonly within: Duration;
  /** 0.99 for p99. */
  readonly quantile: number;
}
type Spec = Parameters & ObjectiveSpec & { readonly type: 'settled' };

/**
 * From the decision to the last effect of the operation, of those of the primary kind whose answer moves something: how long the
 * payee waits for what the payer was told is done. It took no time where the effects came first, and for ever where one never came.
 * The store's clock is held against the broker's.
 */
export const settled = (parameters: Parameters): Spec => ({ type: 'settled', ...parameters });

export const settledObjective: Objective<Spec> = {
  type: 'settled',
  comparesClocks: false,
  validate: (spec) => [
    ...check.common(spec, ['within', 'quantile']),
    ...check.quantile('quantile', spec.quantile),
    ...check.duration('within', spec.within),
  ],
  async measure(spec, evidence) {
    const { quantile } = spec;
    const { answer, effects } = evidence.domain.settles;
    const never = `effects < ${effects} OR last_effect_at IS NULL`;
    const [found] = await evidence.history.rows<{ n: number; never: number; micros: number | null }>(
      `SELECT count(*) AS n, count(*) FILTER (${never}) AS never, quantile_disc(
         CASE WHEN ${never} THEN 'infinity'::DOUBLE ELSE greatest(last_effect_at - decided_at, 0)::DOUBLE END, ${quantile}) AS micros
       FROM ops WHERE ${plannedIn(spec, evidence)} AND submitted AND answer = ${text(answer)}`,
    );
    const { n, never: missing, micros } = found ?? { n: 0, never: 0, micros: null };
    const isKnown = evidence.history.tables.has('effects');
    return {
      name: 'settled',
      observed: micros === null || !isKnown ? null : micros / 1000,
      threshold: ms(spec.within),
      sense: 'below',
      unit: 'ms',
      evidence: isKnown ? n : 0,
      minimumEvidence: spec.minimumEvidence ?? valuesFor(quantile),
      detail: missing > 0 && isKnown ? `${missing} of ${n} were never settled and count as infinitely late` : '',
    };
  },
};
