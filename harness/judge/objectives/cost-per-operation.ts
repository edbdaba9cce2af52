import type { ObjectiveSpec } from '../../scenario/scenario.ts';
import { check, type Objective, plannedIn, type Scoped, textList } from './objective.ts';

interface Parameters extends Scoped {
  /** The legs of effects whose amounts are counted. */
  readonly legs: readonly string[];
  /** Rupees. */
  readonly below: number;
  /** Operations of this kind; the domain's primary one where it is left out. */
  readonly kind?: string;
}
type Spec = Parameters & ObjectiveSpec & { readonly type: 'cost-per-operation' };

/** What the pipeline's books say was spent on the decided operations, for each of them: a mean. */
export const costPerOperation = (parameters: Parameters): Spec => ({ type: 'cost-per-operation', ...parameters });

const defaultMinimum = 100;

export const costPerOperationObjective: Objective<Spec> = {
  type: 'cost-per-operation',
  comparesClocks: false,
  validate: (spec) => [
    ...check.common(spec, ['legs', 'below', 'kind']),
    ...(Array.isArray(spec.legs) && spec.legs.length > 0
      ? spec.legs.flatMap((leg, index) => check.text(`legs[${index}]`, leg))
      : ['legs: names of effects, at least one']),
    ...check.positive('below', spec.below),
    ...check.optional(spec.kind, () => check.text('kind', spec.kind)),
  ],
  async measure(spec, evidence) {
    const { history } = evidence;
    const [found] = history.tables.has('effects')
      ? await history.rows<{ n: number; paise: number }>(
          `WITH counted AS (SELECT op FROM ops WHERE ${plannedIn(spec, evidence)} AND answer IS NOT NULL)
           SELECT (SELECT count(*) FROM counted) AS n, coalesce(sum(amount_paise), 0)::BIGINT AS paise
           FROM effects WHERE leg IN ${textList(spec.legs)} AND op IN (SELECT op FROM counted)`,
        )
      : [];
    const { n, paise } = found ?? { n: 0, paise: 0 };
    return {
      name: 'cost-per-operation',
      observed: n === 0 ? null : paise / 100 / n,
      threshold: spec.below,
      sense: 'below',
      unit: '₹',
      evidence: n,
      minimumEvidence: defaultMinimum,
      detail: '',
    };
  },
};
