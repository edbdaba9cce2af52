import type { ObjectiveSpec } from '../../scenario/scenario.ts';
import { check, type Objective, type Scoped, scopeWindow } from './objective.ts';

interface Parameters extends Scoped {
  readonly atLeast: number;
}
type Spec = Parameters & ObjectiveSpec & { readonly type: 'shelf-accuracy' };

/**
 * Share of the sampled shelf reads that were right: a read in [began_at, at] is right if it equals some value that the truth,
 * in the order of its versions, had in [began_at − declared staleness, at].
 */
export const shelfAccuracy = (parameters: Parameters): Spec => ({ type: 'shelf-accuracy', ...parameters });

const defaultMinimum = 100;

export const shelfAccuracyObjective: Objective<Spec> = {
  type: 'shelf-accuracy',
  comparesClocks: false,
  validate: (spec) => [...check.common(spec, ['atLeast']), ...check.share('atLeast', spec.atLeast)],
  async measure(spec, { history, drill }) {
    const { from, to } = scopeWindow(spec, drill);
    const staleness = (drill.target.readModel?.stalenessMs ?? 0) * 1000;
    const [found] = await history.rows<{ n: number; right: number }>(accuracySql(from, to, staleness));
    const { n, right } = found ?? { n: 0, right: 0 };
    return {
      name: 'shelf-accuracy',
      observed: n === 0 ? null : right / n,
      threshold: spec.atLeast,
      sense: 'atLeast',
      unit: 'share',
      evidence: n,
      minimumEvidence: spec.minimumEvidence ?? defaultMinimum,
      detail: drill.target.readModel === null ? 'the target declares no read model' : '',
    };
  },
};

/**
 * Value number i of a key holds from the commit that made it to the commit of the next. Commit stamps need not rise with
 * the version (a stamp is taken before the lock); a value is taken to hold over the longest time that they allow.
 */
const accuracySql = (from: number, to: number, staleness: number): string => `
  WITH reads AS (
    SELECT subject AS key, value::BIGINT AS value, began_at - ${staleness} AS since, "at" AS till
    FROM samples WHERE probe = 'shelf' AND value IS NOT NULL AND "at" BETWEEN ${from} AND ${to}
  ), steps AS (
    SELECT key, version, sum(delta) AS delta, min(committed_at) AS first_at, max(committed_at) AS last_at
    FROM effects WHERE version IS NOT NULL AND key IN (SELECT DISTINCT key FROM reads)
    GROUP BY key, version
  ), changes AS (
    SELECT key, version, sum(delta) OVER upto AS moved,
      min(first_at) OVER (PARTITION BY key ORDER BY version ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS since,
      max(last_at) OVER (PARTITION BY key ORDER BY version ROWS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING) AS till,
      lead(version) OVER upto IS NULL AS is_last, lag(version) OVER upto IS NULL AS is_first
    FROM steps WINDOW upto AS (PARTITION BY key ORDER BY version ROWS UNBOUNDED PRECEDING)
  ), truth AS (
    SELECT key, coalesce(opening, 0) + moved AS value, since, CASE WHEN is_last THEN NULL ELSE till END AS till
    FROM changes LEFT JOIN keys USING (key)
    UNION ALL
    -- The opening stock holds until the first change; for ever where there is none.
    SELECT k.key, k.opening, NULL, (SELECT min(c.last_at) FROM steps c WHERE c.key = k.key AND c.version =
      (SELECT min(version) FROM steps s WHERE s.key = k.key))
    FROM keys k WHERE k.opening IS NOT NULL AND k.key IN (SELECT key FROM reads)
  ), judged AS (
    SELECT bool_or(t.value = r.value AND coalesce(t.since <= r.till, true) AND coalesce(t.till >= r.since, true)) AS is_right
    FROM (SELECT *, row_number() OVER () AS read FROM reads) r LEFT JOIN truth t ON t.key = r.key AND t.value = r.value
    GROUP BY r.read
  )
  SELECT count(*) AS n, count(*) FILTER (is_right) AS "right" FROM judged`;
