import { z } from 'zod';
import { sqlList } from '../../domains/sql.ts';
import { defineObjective } from './define-objective.ts';
import { plannedIn } from './objective.ts';
import { name, positive } from './parameters.ts';

const defaultMinimum = 100;

/**
 * The mean cost of a decided operation according to the pipeline's books. Inconclusive if a leg has no row, or a row no amount.
 */
export const costPerOperation = defineObjective({
  type: 'cost-per-operation',
  parameters: {
    /** The legs whose amounts count. */
    legs: z.array(name).min(1).readonly(),
    /** Rupees. */
    below: positive,
    /** Operations of this kind; default: the domain's primary kind. */
    kind: name.optional(),
  },
  clocks: () => [],
  async measure(spec, evidence) {
    const { history } = evidence;
    const [found] = history.tables.has('effects')
      ? await history.rows<{ n: number; paise: number; legs: string[]; unpriced: number }>(
          `WITH counted AS (SELECT op FROM ops WHERE ${plannedIn(spec, evidence)} AND answer IS NOT NULL)
           SELECT (SELECT count(*) FROM counted) AS n, coalesce(sum(amount_paise), 0)::BIGINT AS paise,
             coalesce(list(DISTINCT leg), []) AS legs, count(*) FILTER (amount_paise IS NULL) AS unpriced
           FROM effects WHERE leg IN ${sqlList(spec.legs)} AND op IN (SELECT op FROM counted)`,
        )
      : [];
    const { n, paise, legs, unpriced } = found ?? { n: 0, paise: 0, legs: [], unpriced: 0 };
    const missing = spec.legs.filter((leg) => !legs.includes(leg));
    const gaps = [
      ...(missing.length > 0 ? [`no decided operation has a row ${missing.join(' or ')}`] : []),
      ...(unpriced > 0 ? [`${unpriced} rows have no amount`] : []),
    ];
    return {
      name: 'cost-per-operation',
      observed: n === 0 || gaps.length > 0 ? null : paise / 100 / n,
      threshold: spec.below,
      sense: 'below',
      unit: '₹',
      evidence: n,
      minimumEvidence: defaultMinimum,
      detail: '',
      unseen: gaps.length === 0 ? null : gaps.join(', and '),
    };
  },
});
